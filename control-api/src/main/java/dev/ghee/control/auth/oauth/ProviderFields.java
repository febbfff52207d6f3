package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.outbound.OutboundHttp;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fields of a request that sets a provider up; what is absent keeps the value that it is given. */
record ProviderFields(JsonNode node) {
    private static final int MAX_TEXT = 4096;
    private static final int MAX_URL = 2048;
    private static final int MAX_SCOPES = 50;
    private static final int MAX_REDIRECTS = 20;
    private static final int MAX_METADATA = 16_384;
    private static final Set<String> NAMES = Set.of(
            "client_id",
            "client_secret",
            "redirect_uris",
            "scopes",
            "authorization_url",
            "token_url",
            "userinfo_url",
            "issuer",
            "provider_metadata",
            "enabled");

    static ProviderFields of(@Nullable JsonNode body) {
        if (body == null || !body.isObject()) {
            throw invalid("body", "Must be an object");
        }
        return new ProviderFields(body);
    }

    /** Which settings the request is about, for the audit log. */
    Set<String> names() {
        var present = new TreeSet<String>();
        node.fieldNames().forEachRemaining(name -> {
            if (NAMES.contains(name)) {
                present.add(name);
            }
        });
        return present;
    }

    ProviderName provider() {
        String text = text("provider", null);
        return ProviderName.parse(text == null ? "" : text)
                .orElseThrow(() -> invalid(
                        "provider", "Must be 1 to 32 of a-z, 0-9, _ and -, and no reserved word such as email"));
    }

    String required(String field, @Nullable String present) {
        String text = text(field, present);
        if (text == null || text.isBlank()) {
            throw invalid(field, "Required");
        }
        return text;
    }

    /** Null takes a value away. */
    @Nullable
    String text(String field, @Nullable String present) {
        return value(field, present, value -> {
            if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
                throw invalid(field, "Must be a text of at most " + MAX_TEXT + " characters");
            }
            return value.textValue();
        });
    }

    boolean flag(String field, boolean present) {
        Boolean flag = value(field, present, value -> {
            if (!value.isBoolean()) {
                throw invalid(field, "Must be true or false");
            }
            return value.booleanValue();
        });
        return flag != null && flag;
    }

    /** A URL that can be called, later and with every check once more. */
    @Nullable
    String endpoint(String field, @Nullable String present, OutboundHttp http) {
        String text = text(field, present);
        if (text != null && !http.isAcceptable(uri(field, text))) {
            throw invalid(field, "Must be an https URL with a host name and without credentials");
        }
        return text;
    }

    List<String> redirectUris(@Nullable List<String> present) {
        List<String> uris = texts("redirect_uris", present, MAX_REDIRECTS);
        if (uris == null || uris.isEmpty()) {
            throw invalid("redirect_uris", "Needs at least one URL");
        }
        for (String text : uris) {
            URI uri = uri("redirect_uris", text);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
                throw invalid("redirect_uris", "Must be absolute http or https URLs");
            }
        }
        return uris;
    }

    @Nullable
    List<String> scopes(@Nullable List<String> present) {
        List<String> scopes = texts("scopes", present, MAX_SCOPES);
        if (scopes != null
                && scopes.stream().anyMatch(scope -> !scope.matches("[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200}"))) {
            throw invalid("scopes", "Must be scopes without spaces, at most 200 characters each");
        }
        return scopes == null || scopes.isEmpty() ? null : scopes;
    }

    /** Secrets that are left out stay: they are never shown, so whoever sends back what was read does not have them. */
    ObjectNode metadata(@Nullable ObjectNode present) {
        ObjectNode before = present == null ? JsonNodeFactory.instance.objectNode() : present;
        ObjectNode sent = value("provider_metadata", before, value -> {
            if (!(value instanceof ObjectNode object) || value.toString().length() > MAX_METADATA) {
                throw invalid("provider_metadata", "Must be an object of at most " + MAX_METADATA + " characters");
            }
            return object;
        });
        if (sent == null || sent == before) {
            return sent == null ? JsonNodeFactory.instance.objectNode() : before;
        }
        ObjectNode merged = sent.deepCopy();
        before.properties().stream()
                .filter(old -> ProviderSettings.isSecret(old.getKey()) && !merged.has(old.getKey()))
                .forEach(old -> merged.set(old.getKey(), old.getValue()));
        return merged;
    }

    private @Nullable List<String> texts(String field, @Nullable List<String> present, int max) {
        return value(field, present, value -> {
            if (!value.isArray() || value.size() > max) {
                throw invalid(field, "Must be a list of at most " + max);
            }
            List<String> texts = new ArrayList<>();
            for (JsonNode each : value) {
                if (!each.isTextual() || each.textValue().length() > MAX_URL) {
                    throw invalid(field, "Must hold texts of at most " + MAX_URL + " characters");
                }
                texts.add(each.textValue());
            }
            return List.copyOf(texts);
        });
    }

    private <T> @Nullable T value(String field, @Nullable T present, Function<JsonNode, T> read) {
        JsonNode value = node.get(field);
        if (value == null) {
            return present;
        }
        return value.isNull() ? null : read.apply(value);
    }

    private static URI uri(String field, String text) {
        try {
            if (text.length() <= MAX_URL) {
                return new URI(text);
            }
        } catch (URISyntaxException e) {
            throw invalid(field, "Is not a URL");
        }
        throw invalid(field, "Is longer than " + MAX_URL + " characters");
    }

    static GheeException invalid(String field, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, field + ": " + message)
                .withDetails(List.of(Map.of("path", field, "message", message)));
    }
}
