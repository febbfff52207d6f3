package dev.ghee.service.site;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/** Which names are the API's, and which are apps'. */
@ConfigMapping(prefix = "ghee")
public interface SiteConfig {
    /** An app's site is {@code <subdomain>.<this>}. */
    @WithDefault("localhost")
    String baseDomain();

    /** Where clients reach the API; the name in it is never a site's. */
    @WithDefault("http://127.0.0.1:4000")
    String publicUrl();

    /**
     * More names of the API, such as one inside a cluster that has dots. {@code localhost}, names without a dot and
     * addresses are the API's always. The edge needs the same list.
     */
    Optional<List<String>> apiHosts();
}
