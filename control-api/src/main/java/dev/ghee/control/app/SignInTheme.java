package dev.ghee.control.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.Contracts;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How an app's hosted sign-in pages look.
 *
 * @param displayName in place of the app's name
 * @param logoUrl an {@code https} address
 * @param accentColor of buttons, as {@code #rrggbb}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SignInTheme(
        @JsonProperty("display_name") @Nullable String displayName,
        @JsonProperty("logo_url") @Nullable String logoUrl,
        @JsonProperty("accent_color") @Nullable String accentColor) {
    static final SignInTheme PLAIN = new SignInTheme(null, null, null);

    /** As JSON text: always read and written whole, never searched. */
    @Converter
    static final class Text implements AttributeConverter<SignInTheme, String> {
        @Override
        public String convertToDatabaseColumn(SignInTheme theme) {
            return new String(Contracts.write(theme), StandardCharsets.UTF_8);
        }

        @Override
        public SignInTheme convertToEntityAttribute(String column) {
            try {
                return Contracts.read(column.getBytes(StandardCharsets.UTF_8), SignInTheme.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
