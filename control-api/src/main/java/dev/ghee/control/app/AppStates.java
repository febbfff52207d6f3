package dev.ghee.control.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.contracts.Topics;
import dev.ghee.control.audit.AuditLog;
import dev.ghee.control.outbox.Outbox;
import dev.ghee.control.platform.Accounts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Changes of apps. Each commits together with its next revision for Kafka and its line in the audit log, and is in
 * this process's own directory when the returned {@link Uni} completes.
 */
@ApplicationScoped
public class AppStates {
    private static final String OF_ORGANIZATION = "from App a where a.organizationId = ?1 order by a.id";

    private static final Duration JWT_KNOWN = Duration.ofSeconds(5);
    private static final int MAX_KNOWN = 10_000;

    private final Cache<AppId, JwtSettings> jwt = Caffeine.newBuilder()
            .expireAfterWrite(JWT_KNOWN)
            .maximumSize(MAX_KNOWN)
            .build();
    private final Mutiny.SessionFactory sessions;
    private final Outbox outbox;
    private final AuditLog auditLog;
    private final Accounts accounts;
    private final AppDirectory directory;

    AppStates(
            Mutiny.SessionFactory sessions,
            Outbox outbox,
            AuditLog auditLog,
            Accounts accounts,
            AppDirectory directory) {
        this.sessions = sessions;
        this.outbox = outbox;
        this.auditLog = auditLog;
        this.accounts = accounts;
        this.directory = directory;
    }

    private record Changed(App app, AppState state) {}

    /** The app with all its settings. Fails with 404 {@code RESOURCE_NOT_FOUND}. */
    public Uni<App> get(AppId id) {
        return sessions.withSession(session -> session.find(App.class, id.value()))
                .onItem()
                .ifNull()
                .failWith(AppStates::notFound);
    }

    /** Changes the app. Fails with 404 {@code RESOURCE_NOT_FOUND}, and with whatever the change throws. */
    public Uni<App> change(AppId id, Consumer<App> change) {
        return change(id, change, null);
    }

    /** The same, with a line in the audit log. */
    public Uni<App> change(AppId id, Consumer<App> change, @Nullable AuditEvent audit) {
        return outbox.<Changed>transaction(session -> session.find(
                                App.class, id.value(), LockModeType.PESSIMISTIC_WRITE)
                        .onItem()
                        .ifNull()
                        .failWith(AppStates::notFound)
                        .chain(app -> {
                            change.accept(app);
                            app.nextRevision();
                            return publish(session, app)
                                    .call(() -> audit == null
                                            ? Uni.createFrom().voidItem()
                                            : auditLog.insert(session, audit));
                        }))
                .invoke(changed -> {
                    jwt.invalidate(id);
                    directory.accept(changed.state());
                })
                .map(Changed::app);
    }

    /**
     * Replaces the public keys that verify the app's end-user tokens, newest first. A rotated key has to stay in the
     * list until its last token has expired. Signing with a new key may begin once this completes: this process
     * knows the key then, and the others ask for it or hear of it within a second.
     */
    public Uni<AppState> setJwks(AppId id, List<AppState.PublicKey> keys) {
        return change(id, app -> app.jwks(keys)).map(_ -> directory.known(id).orElseThrow(AppStates::notFound));
    }

    /**
     * How long the tokens of the app's users live. Every refresh asks, so what was read is known for five seconds; a
     * change is known here at once. Fails like {@link #get}.
     */
    public Uni<JwtSettings> jwtSettings(AppId id) {
        JwtSettings known = jwt.getIfPresent(id);
        return known == null
                ? get(id).map(App::jwt).invoke(read -> jwt.put(id, read))
                : Uni.createFrom().item(known);
    }

    /**
     * Stores a new app as part of the session's transaction. The caller tells the {@link AppDirectory} once it has
     * committed.
     */
    Uni<AppState> insert(Mutiny.Session session, App app, AuditEvent audit) {
        return session.persist(app)
                .chain(session::flush)
                .chain(() -> publish(session, app))
                .call(() -> auditLog.insert(session, audit))
                .map(Changed::state);
    }

    /** Forgets an app whose database is gone. Does nothing when it is forgotten already. */
    public Uni<Void> forget(AppId id) {
        return outbox.transaction(session -> session.find(App.class, id.value(), LockModeType.PESSIMISTIC_WRITE)
                .chain(found -> Optional.ofNullable(found)
                        .map(app -> session.remove(app)
                                .chain(() -> outbox.putTombstone(session, Topics.APPS, id.value(), app.revision() + 1)))
                        .orElseGet(() -> Uni.createFrom().voidItem())));
    }

    private Uni<Changed> publish(Mutiny.Session session, App app) {
        return accounts.members(session, app.organizationId()).chain(members -> publish(session, app, members));
    }

    private Uni<Changed> publish(Mutiny.Session session, App app, Map<UUID, OrganizationRole> members) {
        AppState state = app.state(members);
        return outbox.put(session, Topics.APPS, state.appId().value(), state.revision(), state)
                .replaceWith(new Changed(app, state));
    }

    /**
     * Tells the services who may administer the organisation's apps now, as part of the session's transaction, which
     * has to hold the organisation's row: a new app then waits, and reads the new members. The caller hands what this
     * gives to {@link #tell} once it has committed.
     */
    public Uni<List<AppState>> membersChanged(Mutiny.Session session, UUID organizationId) {
        return accounts.members(session, organizationId)
                .chain(members -> membersChanged(session, organizationId, members));
    }

    private Uni<List<AppState>> membersChanged(
            Mutiny.Session session, UUID organizationId, Map<UUID, OrganizationRole> members) {
        return session.createSelectionQuery(OF_ORGANIZATION, App.class)
                .setParameter(1, organizationId)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .chain(apps -> Multi.createFrom()
                        .iterable(apps)
                        .onItem()
                        .transformToUniAndConcatenate(app -> {
                            app.nextRevision();
                            return publish(session, app, members).map(Changed::state);
                        })
                        .collect()
                        .asList());
    }

    /** This process knows at once; the others hear it from Kafka. */
    public void tell(List<AppState> states) {
        states.forEach(directory::accept);
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "App not found");
    }
}
