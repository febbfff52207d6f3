package dev.ghee.control.key;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.Accounts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.RequestScoped;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Makes and revokes keys, never one that may do more than its maker, and leaves a trace of both. */
@RequestScoped
class KeyChanges {
    private static final Logger LOG = Logger.getLogger(KeyChanges.class);

    private final AppDirectory apps;
    private final Accounts accounts;
    private final ApiKeys keys;
    private final Audit audit;

    KeyChanges(AppDirectory apps, Accounts accounts, ApiKeys keys, Audit audit) {
        this.apps = apps;
        this.accounts = accounts;
        this.keys = keys;
        this.audit = audit;
    }

    /** The key and, this once, its secret. */
    record Issued(ApiKey key, Secret secret) {}

    /**
     * Makes a key: of a whole organisation as one of its administrators, for one app as one of its developers. Fails
     * with the codes of {@link KeyScopes#of}, with 400 for a bad expiry, and with 403 {@code AUTH_ORG_FORBIDDEN} or
     * {@code AUTH_FORBIDDEN}.
     */
    Uni<Issued> issue(Caller caller, Account account, NewKey body) {
        KeyScopes scopes = KeyScopes.of(body);
        Instant expiry = body.expiry(Instant.now());
        Secret secret = Secret.random();
        return organization(caller, account, body, scopes)
                .map(organization -> new ApiKey(
                        UUID.randomUUID(),
                        secret,
                        body.name(),
                        account.userId(),
                        organization,
                        scopes.stored(),
                        expiry))
                .chain(key -> keys.insert(key, event(caller, key, "api_key.created", Audit.Action.CREATE)))
                .map(key -> new Issued(key, secret));
    }

    /** Whether it could be made now, without making it. Fails as {@link #issue} does. */
    Uni<Void> check(Caller caller, Account account, NewKey body) {
        KeyScopes scopes = KeyScopes.of(body);
        body.expiry(Instant.now());
        return organization(caller, account, body, scopes).replaceWithVoid();
    }

    /** A key for one app belongs to that app's organisation: else it could not see the app. */
    private Uni<UUID> organization(Caller caller, Account account, NewKey body, KeyScopes scopes) {
        AppId target = scopes.target();
        if (target == null) {
            String wanted = body.organizationId();
            return (wanted == null ? Uni.createFrom().item(account) : accounts.inOrganization(caller, account, wanted))
                    .map(acting -> acting.require(OrganizationRole.ADMIN).organizationId());
        }
        return apps.find(target)
                .onFailure(e -> e instanceof GheeException ghee && ghee.httpStatus() == 404)
                .transform(_ -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "App not found"))
                .map(app -> {
                    AppAccess.requireRole(caller, app, OrganizationRole.DEVELOPER, ErrorCode.RESOURCE_NOT_FOUND);
                    if (body.organizationId() != null && !body.organizationId().equals(app.organizationId())) {
                        throw new GheeException(
                                ErrorCode.AUTH_ORG_FORBIDDEN, "The app belongs to another organisation");
                    }
                    return UUID.fromString(app.organizationId());
                });
    }

    /**
     * Revokes a key of the account's organisation; below an administrator, only one that the person has made. Fails
     * with 404 {@code RESOURCE_NOT_FOUND} and 403 {@code AUTH_FORBIDDEN}.
     */
    Uni<ApiKey> revoke(Caller caller, Account account, UUID keyId) {
        return keys.revoke(account.organizationId(), keyId, key -> {
            if (!key.ownerId().equals(account.userId())) {
                account.require(OrganizationRole.ADMIN);
            }
            return event(caller, key, "api_key.revoked", Audit.Action.DELETE);
        });
    }

    /** The audit log is per app; a key of a whole organisation is noted in the service's own log. */
    private Optional<AuditEvent> event(Caller caller, ApiKey key, String eventType, Audit.Action action) {
        Optional<AppId> app = KeyScopes.targetOf(key.scopes());
        if (app.isEmpty()) {
            LOG.infof("%s: key=%s organization=%s", eventType, key.id(), key.organizationId());
        }
        return app.map(id -> audit.event(
                Audit.Category.ADMIN,
                caller,
                id,
                eventType,
                action,
                "api_key",
                key.id().toString(),
                Map.of("name", key.name(), "scopes", key.scopes()),
                null));
    }
}
