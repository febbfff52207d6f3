package dev.ghee.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
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

    /** The two families of shapes in this release. */
    enum Shape {
        ENVELOPE,
        PLAIN
    }

    static Shape shapeOf(String path) {
        boolean plain = path.startsWith("/auth/") || path.startsWith("/dashboard/") || path.startsWith("/v1/apps/");
        return plain ? Shape.PLAIN : Shape.ENVELOPE;
    }

    /** The body for this error on a route with this path. */
    static WireError of(GheeException e, String path) {
        return switch (shapeOf(path)) {
            case PLAIN -> new Plain(e.message(), e.details());
            case ENVELOPE -> envelope(e.code(), e.message(), e.details());
        };
    }

    static Envelope envelope(ErrorCode code, String message, @Nullable Object details) {
        return new Envelope(new Envelope.Body(
                code.name(), message, code.remediation(), "/docs/errors.md#" + code.anchor(), details));
    }
}
