package dev.ghee.control.key;

import dev.ghee.control.platform.Accounts;
import dev.ghee.control.platform.ControlConfig;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.tenancy.caller.CallerResolver;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes the owner of a fresh installation, and the configured key of it: at every start, so a replaced key works. */
@ApplicationScoped
class OwnerBootstrap {
    private final ControlConfig config;
    private final Accounts accounts;
    private final ApiKeys keys;

    OwnerBootstrap(ControlConfig config, Accounts accounts, ApiKeys keys) {
        this.config = config;
        this.accounts = accounts;
        this.keys = keys;
    }

    void start(@Observes @Priority(ControlDatabase.READY + 20) StartupEvent event) throws Throwable {
        ensureOwner(config.bootstrap().ownerKey());
    }

    /** Blocking. A key that exists stays as it is, even revoked. */
    void ensureOwner(Optional<String> key) throws Throwable {
        UUID owner = UUID.fromString(CallerResolver.DEV_OWNER_ID);
        VertxContextSupport.subscribeAndAwait(() -> accounts.ensurePerson(owner, "owner@localhost")
                .chain(account -> key.map(value -> keys.ensure(ownerKey(value, owner, account.organizationId())))
                        .orElseGet(() -> Uni.createFrom().voidItem())));
    }

    private static ApiKey ownerKey(String value, UUID owner, UUID organization) {
        Secret secret;
        try {
            secret = new Secret(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("ghee.bootstrap.owner-key must be bb_sk_ and 40 hex digits", e);
        }
        return new ApiKey(UUID.randomUUID(), secret, "bootstrap", owner, organization, List.of("*"), null);
    }
}
