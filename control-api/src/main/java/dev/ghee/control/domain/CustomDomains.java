package dev.ghee.control.domain;

import dev.ghee.contracts.ApiHosts;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.HostName;
import dev.ghee.control.app.App;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.domain.CustomDomain.Method;
import dev.ghee.control.domain.CustomDomain.Status;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.site.SiteConfig;
import dev.ghee.tenancy.directory.AppDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * From a claim to a name that an app is served under, and back. A name is held by one app at a time, and only while its
 * proof stands: the last one to prove by DNS that the name is theirs has it. Waits: call from a virtual thread.
 */
@ApplicationScoped
class CustomDomains {
    private static final Logger LOG = Logger.getLogger(CustomDomains.class);
    private static final Duration SOONEST = Duration.ofMinutes(1);
    private static final Duration LATEST = Duration.ofHours(1);

    /** A check by hand within this time of the last one tells what that one found. */
    private static final Duration JUST_CHECKED = Duration.ofSeconds(5);

    private final DomainStore store;
    private final OwnershipProof proof;
    private final AppStates states;
    private final AppDirectory apps;
    private final DomainConfig config;
    private final ApiHosts api;
    private final HostName base;

    CustomDomains(
            DomainStore store,
            OwnershipProof proof,
            AppStates states,
            AppDirectory apps,
            DomainConfig config,
            SiteConfig site) {
        this.store = store;
        this.proof = proof;
        this.states = states;
        this.apps = apps;
        this.config = config;
        this.api = ApiHosts.of(site.publicUrl(), site.apiHosts().orElse(List.of()));
        HostName domain = HostName.ofHeader(site.baseDomain());
        if (domain == null) {
            throw new IllegalArgumentException("ghee.base-domain is not the name of a host");
        }
        this.base = domain;
    }

    /** The app's own host: what its names are to be aliases of. */
    HostName target(AppState app) {
        return new HostName(app.subdomain().toLowerCase(java.util.Locale.ROOT) + "." + base);
    }

    List<CustomDomain> list(AppState app) {
        return store.list(app.appId());
    }

    /** Fails with 404 {@code RESOURCE_NOT_FOUND}. */
    CustomDomain get(AppState app, String id) {
        return uuid(id).flatMap(known -> store.find(app.appId(), known)).orElseThrow(CustomDomains::unknown);
    }

    /**
     * Claims a name. Fails with 400 {@code DOMAIN_HOSTNAME_REFUSED}, 403 {@code DOMAIN_LIMIT}, and 409
     * {@code RESOURCE_ALREADY_EXISTS} when the app has it already, or another app holds it and the claim is not by TXT,
     * which alone takes a name over.
     */
    CustomDomain claim(AppState app, String text, Method method) {
        HostName name = CustomHostname.parse(text, base, api).name();
        boolean heldElsewhere = store.holder(name)
                .filter(holder -> !holder.appId().equals(app.appId()))
                .isPresent();
        if (heldElsewhere && method != Method.TXT) {
            throw new GheeException(
                    ErrorCode.RESOURCE_ALREADY_EXISTS,
                    "Another app is served under " + name + "; prove with validation_method txt that it is yours");
        }
        if (store.othersOf(app.appId(), name) >= config.maxPerApp()) {
            throw new GheeException(ErrorCode.DOMAIN_LIMIT, "An app has at most " + config.maxPerApp() + " domains");
        }
        if (!store.claim(app.appId(), name, method)) {
            throw new GheeException(ErrorCode.RESOURCE_ALREADY_EXISTS, "The app has " + name + " already");
        }
        return store.list(app.appId()).stream()
                .filter(domain -> domain.hostname().equals(name.value()))
                .findFirst()
                .orElseThrow(CustomDomains::unknown);
    }

    /** Checks now, unless that was done a moment ago; also a claim that had come to nothing. */
    CustomDomain verify(AppState app, CustomDomain domain) {
        Instant checked = domain.checkedAt();
        if (checked == null || checked.isBefore(Instant.now().minus(JUST_CHECKED))) {
            check(app, domain);
        }
        return store.find(app.appId(), domain.id()).orElseThrow(CustomDomains::unknown);
    }

    /** Forgets the claim; a name that was held is free, and the app no longer served under it. */
    void delete(CustomDomain domain) {
        change(domain.appId(), app -> app.removeCustomDomain(domain.hostname()));
        store.delete(domain);
    }

    /** Checks names whose time has come. Returns how many. */
    int checkDue(int most) {
        List<CustomDomain> due = store.takeDue(most);
        for (CustomDomain domain : due) {
            AppState app = apps.known(domain.appId()).orElse(null);
            if (app != null) {
                check(app, domain);
            }
        }
        return due.size();
    }

    private void check(AppState app, CustomDomain domain) {
        String missing = proof.missing(domain, target(app)).orElse(null);
        if (missing == null) {
            proved(domain);
        } else {
            unproved(domain, missing);
        }
    }

    private void proved(CustomDomain domain) {
        HostName name = new HostName(domain.hostname());
        CustomDomain holder = store.holder(name)
                .filter(found -> !found.id().equals(domain.id()))
                .orElse(null);
        if (holder != null) {
            if (domain.method() != Method.TXT) {
                store.checkFailed(domain, "Another app is served under this name", LATEST);
                return;
            }
            release(holder, "Another app has proved by DNS that the name is its own");
        }
        if (!store.activate(domain, config.recheckEvery())) {
            store.checkFailed(domain, "Another app has got the name at the same moment", SOONEST);
            return;
        }
        // Also when it was active before: a process may have died between the two.
        if (!apps.known(domain.appId())
                .map(AppState::customDomains)
                .orElse(List.of())
                .contains(domain.hostname())) {
            change(domain.appId(), app -> app.addCustomDomain(domain.hostname()));
            LOG.infof("Domain proved: app=%s hostname=%s", domain.appId(), domain.hostname());
        }
    }

    private void unproved(CustomDomain domain, String why) {
        Instant now = Instant.now();
        Instant failingSince = domain.failingSince() == null ? now : domain.failingSince();
        if (domain.status() == Status.ACTIVE) {
            if (failingSince.isBefore(now.minus(config.keptWhileFailing()))) {
                release(domain, why);
            } else {
                store.checkFailed(domain, why, LATEST);
            }
        } else if (domain.createdAt().isBefore(now.minus(config.pendingFor()))) {
            store.fail(domain, why);
        } else {
            store.checkFailed(domain, why, backOff(Duration.between(domain.createdAt(), now)));
        }
    }

    /** People who have just added a record look every minute; later an hour makes no difference. */
    private static Duration backOff(Duration age) {
        Duration quarter = age.dividedBy(4);
        Duration least = quarter.compareTo(SOONEST) < 0 ? SOONEST : quarter;
        return least.compareTo(LATEST) > 0 ? LATEST : least;
    }

    /** The services forget the name before it can be another app's. */
    private void release(CustomDomain domain, String why) {
        LOG.infof("Domain lost: app=%s hostname=%s", domain.appId(), domain.hostname());
        change(domain.appId(), app -> app.removeCustomDomain(domain.hostname()));
        store.fail(domain, why);
    }

    private void change(AppId app, Consumer<App> change) {
        try {
            Waiting.on(() -> states.change(app, change));
        } catch (GheeException e) {
            if (e.code() != ErrorCode.RESOURCE_NOT_FOUND) {
                throw e;
            }
            // Deleted meanwhile, and its names with it.
        }
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static GheeException unknown() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Domain not found");
    }
}
