package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.service.site.SiteConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;

/** Where an app's site is: its subdomain of the installation's base domain. */
@ApplicationScoped
class SiteAddress {
    private final String scheme;
    private final String end;

    SiteAddress(SiteConfig config) {
        URI publicUrl = URI.create(config.publicUrl());
        this.scheme = publicUrl.getScheme() + "://";
        this.end = "." + config.baseDomain() + (publicUrl.getPort() < 0 ? "" : ":" + publicUrl.getPort());
    }

    /** Such as {@code https://shop.example.com}, without a slash at its end. */
    String of(AppState app) {
        return scheme + app.subdomain() + end;
    }
}
