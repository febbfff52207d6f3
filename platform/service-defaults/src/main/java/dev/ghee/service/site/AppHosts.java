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

/** Apps by the host that they are served at: {@code <subdomain>.<base domain>}. In memory: no waiting. */
@ApplicationScoped
public class AppHosts {
    private final AppDirectory apps;
    private final String suffix;
    /** The app that had the name last; whether it still has it, its state says. */
    private final Map<String, AppId> holders = new ConcurrentHashMap<>();

    AppHosts(AppDirectory apps, SiteConfig config) {
        this.apps = apps;
        this.suffix = "." + config.baseDomain().toLowerCase(Locale.ROOT);
    }

    void start(@Observes StartupEvent event) {
        apps.onChange(this::remember);
        apps.all().forEach(this::remember);
    }

    private void remember(AppState state) {
        holders.put(subdomainHost(state), state.appId());
    }

    private String subdomainHost(AppState state) {
        return state.subdomain().toLowerCase(Locale.ROOT) + suffix;
    }

    /** The app that is served at this host, whatever state it is in. */
    public Optional<AppState> find(HostName host) {
        AppId holder = holders.get(host.value());
        return holder == null ? Optional.empty() : apps.known(holder).filter(state -> has(state, host));
    }

    private boolean has(AppState state, HostName host) {
        return subdomainHost(state).equals(host.value());
    }
}
