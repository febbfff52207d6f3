package dev.ghee.service.traffic;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Refuses bodies that announce themselves as longer than {@code quarkus.http.limits.max-body-size}, with 413
 * {@code REQUEST_ERROR}. The framework would do the same without a word; it still cuts off bodies that grow too long
 * unannounced.
 */
@ApplicationScoped
class BodyLimit {
    /** After CORS and before the rate limit. */
    private static final int PRIORITY = 250;

    private final Refusals refusals;
    private final long maxBytes;
    private final @Nullable Pattern streamedPaths;

    BodyLimit(
            Refusals refusals,
            TrafficConfig config,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize limit) {
        this.refusals = refusals;
        this.streamedPaths = config.streamedPaths().orElse(null);
        this.maxBytes = limit.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext ctx) {
        String length = ctx.request().getHeader("Content-Length");
        if (length == null
                || bytes(length) <= maxBytes
                || streamed(ctx.request().path())) {
            ctx.next();
            return;
        }
        // The rest of the body is not read, so the connection is of no more use.
        ctx.response().putHeader("connection", "close");
        refusals.answer(
                ctx,
                new GheeException(ErrorCode.REQUEST_ERROR, "The request body is longer than " + maxBytes + " bytes")
                        .withStatus(413));
    }

    private boolean streamed(@Nullable String path) {
        return streamedPaths != null
                && path != null
                && streamedPaths.matcher(path).matches();
    }

    /** The server has already refused what is no number; one that is too long for us is too long anyway. */
    private static long bytes(String length) {
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }
}
