package dev.ghee.service.traffic;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls per app, route and minute, in this process's memory alone: replicas count apart. Costs one hash
 * look-up per request. Requests that name no known app are not counted.
 */
@ApplicationScoped
class RateLimits {
    /** After CORS, so that a refusal can be read by the browser's script, and before every route. */
    private static final int PRIORITY = 200;

    private static final int TOO_MANY = 429;

    private final AppDirectory apps;
    private final Refusals refusals;
    private final int defaultLimit;
    private final byte @Nullable [] bypassToken;
    private final MinuteCounters counters = new MinuteCounters(Clock.systemUTC());

    RateLimits(AppDirectory apps, TrafficConfig config, Refusals refusals) {
        this.apps = apps;
        this.refusals = refusals;
        this.defaultLimit = config.rateLimit().requestsPerMinute();
        this.bypassToken = config.rateLimit()
                .bypassToken()
                .filter(token -> !token.isBlank())
                .map(token -> token.getBytes(StandardCharsets.UTF_8))
                .orElse(null);
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext ctx) {
        String path = ctx.request().path();
        AppId app = CurrentRequest.pathApp(path);
        AppState state = app == null ? null : apps.known(app).orElse(null);
        int limit = state == null ? 0 : limitOf(state);
        if (app == null || path == null || limit <= 0 || bypasses(ctx)) {
            ctx.next();
            return;
        }
        int appEnd = path.indexOf(app.value()) + app.value().length();
        if (RouteShape.hasItsOwnLimit(path, appEnd)) {
            ctx.next();
            return;
        }
        var count =
                counters.count(app.value(), RouteShape.of(ctx.request().method().name(), path, appEnd));
        String reset = Long.toString(TimeUnit.MILLISECONDS.toSeconds(count.millisLeft()) + 1);
        HttpServerResponse response = ctx.response()
                .putHeader("x-ratelimit-limit", Integer.toString(limit))
                .putHeader("x-ratelimit-remaining", Integer.toString(Math.max(0, limit - count.calls())))
                .putHeader("x-ratelimit-reset", reset);
        if (count.calls() <= limit) {
            ctx.next();
            return;
        }
        var error = new GheeException(ErrorCode.REQUEST_ERROR, "Rate limit exceeded, retry in " + reset + " seconds");
        response.putHeader("retry-after", reset);
        refusals.answer(ctx, error.withStatus(TOO_MANY));
    }

    private int limitOf(AppState app) {
        AppState.Limits limits = app.limits();
        Integer own = limits == null ? null : limits.requestsPerMinute();
        return own == null ? defaultLimit : own;
    }

    private boolean bypasses(RoutingContext ctx) {
        if (bypassToken == null) {
            return false;
        }
        String given = ctx.request().getHeader("x-rate-limit-bypass");
        return given != null && MessageDigest.isEqual(bypassToken, given.getBytes(StandardCharsets.UTF_8));
    }
}
