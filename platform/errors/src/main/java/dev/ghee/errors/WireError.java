package dev.ghee.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import java.util.Set;
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

    /** The families of shapes in this release. */
    enum Shape {
        ENVELOPE,
        PLAIN,
        OAUTH
    }

    /** Paths whose callers read RFC 6749's errors. */
    Set<String> OAUTH_ROUTES = Set.of("/oauth/token", "/oauth/register", "/oauth/device_authorization");

    static Shape shapeOf(String path) {
        if (OAUTH_ROUTES.contains(path)) {
            return Shape.OAUTH;
        }
        boolean plain = path.startsWith("/auth/") || path.startsWith("/dashboard/") || path.startsWith("/v1/apps/");
        return plain ? Shape.PLAIN : Shape.ENVELOPE;
    }

    /** The body for this error on a route with this path. */
    static WireError of(GheeException e, String path) {
        return switch (shapeOf(path)) {
            case PLAIN -> new Plain(e.message(), e.details());
            case OAUTH -> OAuth.of(e);
            case ENVELOPE -> envelope(e.code(), e.message(), e.details());
        };
    }

    static Envelope envelope(ErrorCode code, String message, @Nullable Object details) {
        return new Envelope(new Envelope.Body(
                code.name(), message, code.remediation(), "/docs/errors.md#" + code.anchor(), details));
    }
}
