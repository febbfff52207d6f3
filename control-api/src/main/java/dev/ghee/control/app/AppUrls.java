package dev.ghee.control.app;

import dev.ghee.contracts.AppId;
import dev.ghee.control.platform.ControlConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;

/** Addresses of apps. */
@ApplicationScoped
class AppUrls {
    private final String publicUrl;
    private final String baseDomain;

    AppUrls(ControlConfig config) {
        String url = config.publicUrl();
        this.publicUrl = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        this.baseDomain = config.baseDomain();
    }

    /** Base of the app's REST API. */
    String api(AppId app) {
        return publicUrl + "/v1/" + app.value();
    }

    /** Where the app's own site is, on the edge's scheme and port. */
    String site(String subdomain) {
        URI base = URI.create(publicUrl);
        String port = base.getPort() < 0 ? "" : ":" + base.getPort();
        return base.getScheme() + "://" + subdomain + "." + baseDomain + port;
    }
}
