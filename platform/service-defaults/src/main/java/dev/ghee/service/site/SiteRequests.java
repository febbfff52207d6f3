package dev.ghee.service.site;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.ApiHosts;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.HostName;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for an app's own host becomes one for that app: {@code /data/posts} is {@code /v1/{app}/posts} there,
 * {@code /fn/hello} is {@code /v1/{app}/fn/hello}, and any path that is no short form is a file of the site,
 * {@code /sites/{app}/…}. From here on it is counted, limited and answered as such. A host that is neither the API's
 * nor an app's answers 404, so that no request is ever served as somebody else's.
 */
@ApplicationScoped
public class SiteRequests {
    /** Under this key the routing context has path and query as the client sent them, if it came to an app's host. */
    public static final String ORIGINAL_URI = "ghee.site.uri";

    /** Before everything that asks which app a request is about. */
    private static final int PRIORITY = 400;

    private static final int TEMPORARY_REDIRECT = 307;

    private final AppHosts apps;
    private final ApiHosts api;
    private final String publicUrl;
    private final String unknown;

    SiteRequests(AppHosts apps, SiteConfig config, ObjectMapper json) {
        this.apps = apps;
        this.api = ApiHosts.of(config.publicUrl(), config.apiHosts().orElse(List.of()));
        String url = config.publicUrl();
        this.publicUrl = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.unknown = json.valueToTree(Map.of("error", "No app is served at this address"))
                .toString();
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext ctx) {
        String header = ctx.get(ORIGINAL_URI) == null ? hostOf(ctx.request()) : null;
        HostName host = header == null ? null : HostName.ofHeader(header);
        if (header == null || (host != null && api.contains(host))) {
            ctx.next();
            return;
        }
        AppState app = host == null ? null : apps.find(host).orElse(null);
        if (app == null) {
            ctx.response()
                    .setStatusCode(404)
                    .putHeader("content-type", "application/json")
                    .end(unknown);
            return;
        }
        String uri = ctx.request().uri();
        if (ctx.request().method() == HttpMethod.GET && SitePaths.isProviderSignIn(uri)) {
            ctx.response()
                    .setStatusCode(TEMPORARY_REDIRECT)
                    .putHeader("location", publicUrl + SitePaths.ofService(app.appId(), uri))
                    .end();
            return;
        }
        ctx.put(ORIGINAL_URI, uri);
        ctx.reroute(SitePaths.ofService(app.appId(), uri));
    }

    /** As the client wrote it; behind the edge, what the edge saw. */
    public static @Nullable String hostOf(HttpServerRequest request) {
        String forwarded = request.getHeader("x-forwarded-host");
        return forwarded == null ? request.getHeader("host") : forwarded;
    }
}
