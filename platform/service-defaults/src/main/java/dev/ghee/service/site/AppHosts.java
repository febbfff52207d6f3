package dev.ghee.service.site;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.HostName;
import dev.ghee.tenancy.directory.AppDirectory;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Apps by the host that they are served at: {@code <subdomain>.<base domain>}, or a custom domain that was proved to be
 * theirs. In memory: no waiting.
 */
@ApplicationScoped
public class AppHosts {
    private final AppDirectory apps;
    private final String baseDomain;
    /** The app that had the name last; whether it still has it, its state says. */
    private final Map<String, AppId> holders = new ConcurrentHashMap<>();

    AppHosts(AppDirectory apps, SiteConfig config) {
        this.apps = apps;
        this.baseDomain = config.baseDomain().toLowerCase(Locale.ROOT);
    }

    void start(@Observes StartupEvent event) {
        apps.onChange(this::remember);
        apps.all().forEach(this::remember);
    }

    private void remember(AppState state) {
        holders.put(state.subdomain().toLowerCase(Locale.ROOT) + "." + baseDomain, state.appId());
        state.customDomains().forEach(name -> holders.put(name, state.appId()));
    }

    /** The app that is served at this host, whatever state it is in. */
    public Optional<AppState> find(HostName host) {
        AppId holder = holders.get(host.value());
        return holder == null
                ? Optional.empty()
                : apps.known(holder).filter(state -> state.isServedAt(host.value(), baseDomain));
    }
}
