package dev.ghee.storage.hosting;

import dev.ghee.contracts.ApiHosts;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.HostName;
import dev.ghee.service.site.AppHosts;
import dev.ghee.service.site.SiteConfig;
import dev.ghee.service.site.SiteRequests;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/**
 * Requests for sites: on an app's own host, whatever is no short form of the storage API; and in development by path,
 * {@code /sites/<app>/…}. A filter in front of all others and not a route: what they do, such as counting an app's API
 * calls, is nothing to a site's visitors.
 */
@ApplicationScoped
class SiteRoutes {
    /** Before {@link SiteRequests}, which has the short forms of every service; here all but three are pages. */
    private static final int PRIORITY = 1000;

    private static final String PREFIX = "/sites/";

    private final SitePages pages;
    private final AppDirectory apps;
    private final AppHosts hosts;
    private final ApiHosts api;
    private final boolean byPath;

    SiteRoutes(SitePages pages, AppDirectory apps, AppHosts hosts, SiteConfig sites, HostingConfig config) {
        this.pages = pages;
        this.apps = apps;
        this.hosts = hosts;
        this.api = ApiHosts.of(sites.publicUrl(), sites.apiHosts().orElse(List.of()));
        this.byPath = config.byPath();
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, PRIORITY);
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        if (path == null || !path.startsWith("/") || context.get(SiteRequests.ORIGINAL_URI) != null) {
            context.next();
            return;
        }
        String header = SiteRequests.hostOf(request);
        HostName host = header == null ? null : HostName.ofHeader(header);
        if (host != null && !api.contains(host)) {
            byHost(context, host, path);
        } else if (byPath && host != null && path.startsWith(PREFIX)) {
            byPath(request, path);
        } else {
            context.next();
        }
    }

    private void byHost(RoutingContext context, HostName host, String path) {
        if (isApi(path)) {
            context.next();
            return;
        }
        AppState app = hosts.find(host).orElse(null);
        if (app == null) {
            pages.unknown(context.request());
        } else {
            pages.answer(context.request(), app, path, "");
        }
    }

    /** The short forms that the edge passes to this service, see its route table. */
    private static boolean isApi(String path) {
        return path.startsWith("/storage/")
                && (path.equals("/storage/upload")
                        || path.equals("/storage/objects")
                        || path.startsWith("/storage/objects/")
                        || path.startsWith("/storage/download/"));
    }

    private void byPath(HttpServerRequest request, String path) {
        int end = path.indexOf('/', PREFIX.length());
        String id = path.substring(PREFIX.length(), end < 0 ? path.length() : end);
        if (!AppId.isValid(id)) {
            pages.unknown(request);
            return;
        }
        if (end < 0) {
            request.response()
                    .setStatusCode(308)
                    .putHeader("Location", path + "/")
                    .end();
            return;
        }
        String base = path.substring(0, end);
        AppState known = apps.known(new AppId(id)).orElse(null);
        if (known != null) {
            pages.answer(request, known, path.substring(end), base);
            return;
        }
        apps.find(id)
                .subscribe()
                .with(app -> pages.answer(request, app, path.substring(end), base), _ -> pages.unknown(request));
    }
}
