package dev.ghee.tenancy.caller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a JWT claims of itself, read only to choose how to verify it. */
record UnverifiedToken(@Nullable String keyId, @Nullable String issuer, byte[] payload) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * Empty when the text is no compact JWS of two JSON objects and a signature, each in the one base64url form it has:
     * the library behind skips characters that it does not know, so one token would have endless spellings.
     */
    static Optional<UnverifiedToken> parse(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second <= first || token.indexOf('.', second + 1) >= 0) {
            return Optional.empty();
        }
        try {
            JsonNode header = MAPPER.readTree(decode(token.substring(0, first)));
            byte[] payload = decode(token.substring(first + 1, second));
            decode(token.substring(second + 1));
            JsonNode claims = MAPPER.readTree(payload);
            if (!header.isObject() || !claims.isObject()) {
                return Optional.empty();
            }
            return Optional.of(new UnverifiedToken(text(header, "kid"), text(claims, "iss"), payload));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] decode(String part) {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
            throw new IllegalArgumentException("Not canonical base64url");
        }
        return bytes;
    }

    private static @Nullable String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value != null && value.isTextual() ? value.textValue() : null;
    }
}
