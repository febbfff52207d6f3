package dev.ghee.control.auth.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an app's administrators say of a user, as part of its access tokens and so of {@code request.jwt.claims}.
 *
 * @param json an object
 */
public record CustomClaims(String json) {
    /** In UTF-8, so that a token with them still fits into a header. */
    static final int MAX_BYTES = 4096;

    private static final int MAX_NAME = 64;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** What tokens say by themselves, and names that other systems take for theirs. */
    private static final Set<String> RESERVED = Set.of(
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            "sid",
            "session_id",
            "app_id",
            "email",
            "email_verified",
            "aal",
            "amr",
            "acr",
            "act",
            "azp",
            "cnf",
            "nonce",
            "auth_time",
            "scope",
            "client_id",
            "is_anonymous",
            "role",
            "upn",
            "groups",
            "kid",
            "alg");

    /** Fails with 400 {@code VALIDATION_INVALID_INPUT}, naming what does not fit. */
    public static CustomClaims of(JsonNode claims) {
        if (!claims.isObject()) {
            throw invalid("Must be an object");
        }
        claims.fieldNames().forEachRemaining(CustomClaims::requireFree);
        String json = claims.toString();
        if (json.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw invalid("Must have at most " + MAX_BYTES + " bytes");
        }
        if (holdsNul(claims)) {
            throw invalid("Must not contain U+0000");
        }
        return new CustomClaims(json);
    }

    private static void requireFree(String name) {
        if (RESERVED.contains(name)) {
            throw invalid("The name " + name + " is reserved");
        }
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw invalid("A name has from 1 to " + MAX_NAME + " characters");
        }
    }

    /** Postgres cannot store it. */
    private static boolean holdsNul(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().indexOf('\0') >= 0;
        }
        return node.properties().stream().anyMatch(field -> field.getKey().indexOf('\0') >= 0)
                || node.valueStream().anyMatch(CustomClaims::holdsNul);
    }

    /** For signing. */
    Map<String, Object> values() {
        try {
            Map<String, Object> values = MAPPER.readValue(json, OBJECT);
            // Whatever is in the table, a token's own claims are its own.
            values.keySet().removeAll(RESERVED);
            return values;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Stored claims are an object", e);
        }
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "claims: " + message)
                .withDetails(List.of(Map.of("path", "claims", "message", message)));
    }

    @Override
    public String toString() {
        return "CustomClaims[…]";
    }
}
