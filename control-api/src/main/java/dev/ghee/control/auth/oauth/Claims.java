package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.control.auth.identity.ExternalIdentity;
import dev.ghee.control.auth.user.Email;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a provider says of a user, with every text bounded. */
record Claims(JsonNode node) {
    private static final int MAX_SUBJECT = 255;
    private static final int MAX_NAME = 100;
    private static final int MAX_URL = 2048;

    /** The first of the fields that holds a text or a whole number. Fails when there is none. */
    String subject(String... fields) {
        for (String field : fields) {
            JsonNode value = node.path(field);
            String text = value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
            if (!text.isEmpty() && text.length() <= MAX_SUBJECT && text.indexOf('\0') < 0) {
                return text;
            }
        }
        throw ProviderRefusal.because("user info has no usable id");
    }

    @Nullable
    String text(String... fields) {
        for (String field : fields) {
            String text = node.path(field).textValue();
            if (text != null && !text.isBlank()) {
                return text;
            }
        }
        return null;
    }

    Optional<Email> email(String... fields) {
        return Optional.ofNullable(text(fields)).flatMap(Email::parse);
    }

    /** Only a plain yes is one: {@code true}, or the same as a text, as Apple writes it. */
    boolean yes(String field) {
        JsonNode value = node.path(field);
        return value.isBoolean() ? value.booleanValue() : "true".equals(value.textValue());
    }

    /** A name that can be shown: no control characters, at most {@value #MAX_NAME} code points. */
    static @Nullable String name(@Nullable String text) {
        if (text == null) {
            return null;
        }
        StringBuilder name = new StringBuilder();
        text.strip()
                .codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE)
                .limit(MAX_NAME)
                .forEach(name::appendCodePoint);
        return name.isEmpty() ? null : name.toString();
    }

    /** An https address of a picture, or null. */
    static @Nullable String picture(@Nullable String text) {
        if (text == null || text.length() > MAX_URL) {
            return null;
        }
        try {
            URI uri = new URI(text);
            return "https".equals(uri.getScheme()) && uri.getHost() != null ? text : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** {@code <local>@users.noreply.<provider>.local}, with an id of our own where the local part would be no address. */
    static Email placeholder(String provider, String local, String subject) {
        String domain = "@users.noreply." + provider.replace('_', '-').replaceAll("-+$", "") + ".local";
        return Email.parse(local.toLowerCase(Locale.ROOT) + domain)
                .or(() -> Email.parse(UUID.nameUUIDFromBytes(subject.getBytes(StandardCharsets.UTF_8)) + domain))
                .orElseGet(() -> new Email(UUID.randomUUID() + "@users.noreply.provider.local"));
    }

    static ExternalIdentity identity(
            ProviderName provider,
            String subject,
            Optional<Email> email,
            boolean verified,
            @Nullable String name,
            @Nullable String picture) {
        return new ExternalIdentity(
                provider.value(),
                subject,
                email,
                verified && email.isPresent(),
                placeholder(provider.value(), subject, subject),
                name(name),
                picture(picture));
    }
}
