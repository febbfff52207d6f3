package dev.ghee.service.traffic;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets browsers call an app from the app's own list of origins, from its own site and from the dashboards. One app's
 * list means nothing to another app. Other origins simply get no CORS headers.
 */
@ApplicationScoped
class AppCors {
    /** Before anything that counts or answers. */
    private static final int PRIORITY = 300;

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    private static final String REQUEST_HEADERS = "Content-Type, Authorization, X-Signup-Source, X-Signup-Referrer,"
            + " X-Organization-Id, X-Butterbase-As-User, Range, If-None-Match, Tus-Resumable, Upload-Length,"
            + " Upload-Offset, Upload-Metadata, Upload-Checksum, X-HTTP-Method-Override";
    private static final String EXPOSED_HEADERS = "Link, X-Total-Count, Content-Range, X-Request-Id, X-RateLimit-Limit,"
            + " X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, ETag, Accept-Ranges, Location, Tus-Resumable,"
            + " Tus-Version, Tus-Extension, Tus-Checksum-Algorithm, Upload-Offset, Upload-Length, Upload-Metadata,"
            + " Upload-Expires";
    private static final String PREFLIGHT_SECONDS = "600";

    private final AppDirectory apps;
    private final Set<String> dashboards;
    private final String baseDomain;

    AppCors(AppDirectory apps, TrafficConfig config) {
        this.apps = apps;
        this.dashboards = Set.copyOf(config.cors().dashboards());
        this.baseDomain = config.baseDomain();
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext ctx) {
        String origin = ctx.request().getHeader("Origin");
        if (origin == null) {
            ctx.next();
            return;
        }
        ctx.response().putHeader("Vary", "Origin");
        AppId app = CurrentRequest.pathApp(ctx.request().path());
        if (app == null || dashboards.contains(origin)) {
            proceed(ctx, origin, dashboards.contains(origin));
            return;
        }
        AppState known = apps.known(app).orElse(null);
        if (known != null) {
            proceed(ctx, origin, allows(known, origin));
            return;
        }
        // Not yet on Kafka, or no app at all. Whatever goes wrong here, the route itself will say.
        apps.find(app)
                .map(state -> allows(state, origin))
                .onFailure()
                .recoverWithItem(false)
                .subscribe()
                .with(allowed -> proceed(ctx, origin, allowed), ctx::fail);
    }

    private boolean allows(AppState app, String origin) {
        return app.allowedOrigins().contains(origin) || isSite(app, origin);
    }

    private boolean isSite(AppState app, String origin) {
        try {
            URI uri = new URI(origin);
            @Nullable String scheme = uri.getScheme();
            @Nullable String host = uri.getHost();
            return ("https".equals(scheme) || "http".equals(scheme))
                    && host != null
                    && app.isServedAt(host, baseDomain);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void proceed(RoutingContext ctx, String origin, boolean allowed) {
        MultiMap headers = ctx.response().headers();
        if (allowed) {
            headers.set("Access-Control-Allow-Origin", origin);
            headers.set("Access-Control-Allow-Credentials", "true");
            headers.set("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        }
        boolean preflight = ctx.request().method() == HttpMethod.OPTIONS
                && ctx.request().getHeader("Access-Control-Request-Method") != null;
        if (!preflight) {
            ctx.next();
            return;
        }
        if (allowed) {
            headers.set("Access-Control-Allow-Methods", METHODS);
            headers.set("Access-Control-Allow-Headers", REQUEST_HEADERS);
            headers.set("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        }
        ctx.response().setStatusCode(204).end();
    }
}
