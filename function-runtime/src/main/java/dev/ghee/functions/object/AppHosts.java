package dev.ghee.functions.object;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * {@code <subdomain>.<base domain>/_do/…} is {@code /v1/{app}/_do/…} of the app with that subdomain: from here on it is
 * counted, limited and answered as such. The object still sees what the client asked for.
 */
@ApplicationScoped
class AppHosts {
    /** Under which name the URI that the client sent is kept. */
    static final String ORIGINAL_URI = "ghee.object.uri";

    /** Before everything that asks which app a request is about. */
    private static final int PRIORITY = 400;

    private final AppDirectory apps;
    private final String suffix;
    private final Map<String, AppId> bySubdomain = new ConcurrentHashMap<>();

    AppHosts(AppDirectory apps, @ConfigProperty(name = "ghee.base-domain", defaultValue = "localhost") String domain) {
        this.apps = apps;
        this.suffix = "." + domain.toLowerCase(Locale.ROOT);
    }

    void start(@Observes StartupEvent event) {
        apps.onChange(this::remember);
        apps.all().forEach(this::remember);
    }

    private void remember(AppState state) {
        bySubdomain.put(state.subdomain().toLowerCase(Locale.ROOT), state.appId());
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext ctx) {
        String path = ctx.request().path();
        AppId app = path != null && path.startsWith(ObjectAddress.SEGMENT) ? appOf(ctx.request()) : null;
        if (app == null) {
            ctx.next();
            return;
        }
        ctx.put(ORIGINAL_URI, ctx.request().uri());
        ctx.reroute("/v1/" + app + ctx.request().uri());
    }

    private @Nullable AppId appOf(HttpServerRequest request) {
        String host = hostOf(request);
        if (host == null) {
            return null;
        }
        int port = host.lastIndexOf(':');
        String name = (port < 0 ? host : host.substring(0, port)).toLowerCase(Locale.ROOT);
        if (!name.endsWith(suffix)) {
            return null;
        }
        String subdomain = name.substring(0, name.length() - suffix.length());
        AppId app = bySubdomain.get(subdomain);
        // It may have another subdomain by now.
        return app == null
                ? null
                : apps.known(app)
                        .filter(state -> state.subdomain().equalsIgnoreCase(subdomain))
                        .map(AppState::appId)
                        .orElse(null);
    }

    /** As the client wrote it; behind the edge, what the edge saw. */
    static @Nullable String hostOf(HttpServerRequest request) {
        String forwarded = request.getHeader("x-forwarded-host");
        return forwarded == null ? request.getHeader("host") : forwarded;
    }
}
