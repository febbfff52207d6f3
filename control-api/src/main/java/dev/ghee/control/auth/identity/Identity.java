package dev.ghee.control.auth.identity;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.auth.user.WireTime;
import io.vertx.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A way for a user to sign in with another provider, as clients see it.
 *
 * @param email as the provider said last; need not be the user's own
 */
public record Identity(
        UUID id,
        String provider,
        @Nullable String email,
        @JsonProperty("email_verified") boolean emailVerified,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("last_sign_in_at") @Nullable String lastSignInAt) {

    static Identity of(Row row) {
        var last = row.getOffsetDateTime("last_sign_in_at");
        return new Identity(
                row.getUUID("id"),
                row.getString("provider"),
                row.getString("email"),
                row.getBoolean("email_verified"),
                WireTime.of(row.getOffsetDateTime("created_at").toInstant()),
                WireTime.ofNullable(last == null ? null : last.toInstant()));
    }
}
