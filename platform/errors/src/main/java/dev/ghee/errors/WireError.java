package dev.ghee.errors;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body of an error answer. Which shape a route family uses is decided by {@link #shapeOf(String)}. */
public sealed interface WireError {

    /** Envelope of most routes; the TypeScript SDK recognises it by {@code remediation}. */
    record Envelope(Body error) implements WireError {
        @JsonInclude(JsonInclude.Include.NON_NULL)
        public record Body(
                String code,
                String message,
                String remediation,
                @JsonProperty("documentation_url") String documentationUrl,
                @Nullable Object details) {}
    }

    /** {@code {"error":"text","details":…}} of {@code /auth}, {@code /dashboard} and {@code /v1/apps}. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Plain(String error, @Nullable Object details) implements WireError {}

    /** RFC 6749's, of the routes that OAuth clients call. */
    record OAuth(
            String error, @JsonProperty("error_description") String description) implements WireError {
        private static final String PREFIX = "OAUTH_";

        static OAuth of(GheeException e) {
            String name = e.code().name();
            return new OAuth(
                    name.startsWith(PREFIX)
                            ? name.substring(PREFIX.length()).toLowerCase(Locale.ROOT)
                            : general(e.httpStatus()),
                    e.message());
        }

        /** For what goes wrong anywhere, such as a limit or a database that does not answer. */
        private static String general(int status) {
            return switch (status) {
                case 401, 403 -> "access_denied";
                case 404 -> "invalid_grant";
                case 429, 503 -> "temporarily_unavailable";
                default -> status >= 500 ? "server_error" : "invalid_request";
            };
        }
    }

    /** Of the key-value store, whose clients read a short code, and next to it whatever belongs to it. */
    record Kv(String error, String message, @JsonAnyGetter Map<String, ?> details) implements WireError {
        static Kv of(GheeException e) {
            Map<String, ?> details = e.details() instanceof Map<?, ?> map ? named(map) : Map.of();
            return new Kv(code(e), e.message(), details);
        }

        private static Map<String, ?> named(Map<?, ?> details) {
            return details.entrySet().stream()
                    .filter(entry -> entry.getValue() != null)
                    .collect(Collectors.toMap(entry -> String.valueOf(entry.getKey()), Map.Entry::getValue));
        }

        /** As clients know them: two of them are in capitals. */
        private static String code(GheeException e) {
            return switch (e.code()) {
                case KV_VALUE_TOO_LARGE, KV_EXPOSE_CONFLICT -> e.code().name();
                case KV_KEY_INVALID -> "key_invalid";
                case KV_NOT_FOUND -> "not_found";
                case KV_FORBIDDEN, AUTH_FORBIDDEN, AUTH_INSUFFICIENT_PERMISSIONS -> "forbidden";
                case KV_CONFIRM_REQUIRED -> "confirm_required";
                case KV_WRONG_TYPE, VALIDATION_INVALID_INPUT -> "bad_request";
                case AUTH_REQUIRED, AUTH_INVALID_API_KEY -> "unauthorized";
                case AUTH_INVALID_TOKEN, AUTH_INVALID_END_USER_JWT, AUTH_END_USER_JWT_EXPIRED -> "invalid_jwt";
                case APP_NOT_FOUND, RESOURCE_NOT_FOUND -> "no_kv_credential";
                case REQUEST_ERROR -> general(e.httpStatus());
                default -> e.code().name().toLowerCase(Locale.ROOT);
            };
        }

        private static String general(int status) {
            return switch (status) {
                case 413 -> "value_too_large";
                case 429 -> "kv_rate_limited";
                default -> "bad_request";
            };
        }
    }

    /** The families of shapes in this release. */
    enum Shape {
        ENVELOPE,
        PLAIN,
        OAUTH,
        KV
    }

    /** Paths whose callers read RFC 6749's errors. */
    Set<String> OAUTH_ROUTES = Set.of("/oauth/token", "/oauth/register", "/oauth/device_authorization");

    static Shape shapeOf(String path) {
        if (OAUTH_ROUTES.contains(path)) {
            return Shape.OAUTH;
        }
        boolean plain = path.startsWith("/auth/") || path.startsWith("/dashboard/") || path.startsWith("/v1/apps/");
        return plain ? Shape.PLAIN : isKv(path) ? Shape.KV : Shape.ENVELOPE;
    }

    /** {@code /v1/<app>/kv} and what is below it. */
    private static boolean isKv(String path) {
        int app = path.startsWith("/v1/") ? path.indexOf('/', 4) : -1;
        return app > 0 && path.startsWith("/kv", app) && (path.length() == app + 3 || path.charAt(app + 3) == '/');
    }

    /** The body for this error on a route with this path. */
    static WireError of(GheeException e, String path) {
        return switch (shapeOf(path)) {
            case PLAIN -> new Plain(e.message(), e.details());
            case OAUTH -> OAuth.of(e);
            case KV -> Kv.of(e);
            case ENVELOPE -> envelope(e.code(), e.message(), e.details());
        };
    }

    static Envelope envelope(ErrorCode code, String message, @Nullable Object details) {
        return new Envelope(new Envelope.Body(
                code.name(), message, code.remediation(), "/docs/errors.md#" + code.anchor(), details));
    }
}
