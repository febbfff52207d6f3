package dev.ghee.control.key;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.contracts.Topics;
import dev.ghee.control.audit.AuditLog;
import dev.ghee.control.outbox.Outbox;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** API keys of organisations. Each change commits together with the key's next state for Kafka. */
@ApplicationScoped
class ApiKeys {
    private static final String LIVE = """
            from ApiKey k where k.organizationId = ?1 and k.revokedAt is null order by k.createdAt desc, k.id""";

    private final Mutiny.SessionFactory sessions;
    private final Outbox outbox;
    private final AuditLog auditLog;
    private final KeyDirectory directory;

    ApiKeys(Mutiny.SessionFactory sessions, Outbox outbox, AuditLog auditLog, KeyDirectory directory) {
        this.sessions = sessions;
        this.outbox = outbox;
        this.auditLog = auditLog;
        this.directory = directory;
    }

    /** Stores the key, and the event with it when there is one. */
    Uni<ApiKey> insert(ApiKey key, Optional<AuditEvent> event) {
        return outbox.transaction(session -> session.persist(key)
                        .chain(() -> put(session, key))
                        .chain(() -> audit(session, event))
                        .replaceWith(key))
                .invoke(stored -> directory.accept(stored.state()));
    }

    /** The organisation's keys that are not revoked, newest first. */
    Uni<List<ApiKey>> list(UUID organizationId) {
        return sessions.withSession(session -> session.createSelectionQuery(LIVE, ApiKey.class)
                .setParameter(1, organizationId)
                .getResultList());
    }

    /** Revokes a key of the organisation; again is no error. Fails with 404 {@code RESOURCE_NOT_FOUND}. */
    Uni<ApiKey> revoke(UUID organizationId, UUID keyId, Function<ApiKey, Optional<AuditEvent>> event) {
        return outbox.<ApiKey>transaction(session -> session.find(ApiKey.class, keyId, LockModeType.PESSIMISTIC_WRITE)
                        .map(found -> {
                            if (found == null || !found.organizationId().equals(organizationId)) {
                                throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "API key not found");
                            }
                            return found;
                        })
                        .call(key -> {
                            if (key.revoked()) {
                                return Uni.createFrom().voidItem();
                            }
                            key.revoke();
                            return put(session, key).chain(() -> audit(session, event.apply(key)));
                        }))
                .invoke(key -> directory.accept(key.state()));
    }

    /** Revokes a key that should not have been given; again is no error. Fails with 404 {@code RESOURCE_NOT_FOUND}. */
    Uni<ApiKey> withdraw(UUID keyId) {
        return sessions.withSession(session -> session.find(ApiKey.class, keyId))
                .onItem()
                .ifNull()
                .failWith(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "API key not found"))
                .chain(key -> revoke(key.organizationId(), keyId, _ -> Optional.empty()));
    }

    /** Stores the key unless its hash is known already. */
    Uni<Void> ensure(ApiKey key) {
        return sessions.withSession(session -> session.createSelectionQuery(
                                "select count(k) from ApiKey k where k.sha256 = ?1", Long.class)
                        .setParameter(1, key.sha256())
                        .getSingleResult())
                .chain(count -> count > 0
                        ? Uni.createFrom().voidItem()
                        : insert(key, Optional.empty()).replaceWithVoid());
    }

    private Uni<Void> audit(Mutiny.Session session, Optional<AuditEvent> event) {
        return event.map(it -> auditLog.insert(session, it))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Uni<Void> put(Mutiny.Session session, ApiKey key) {
        ApiKeyState state = key.state();
        return outbox.put(session, Topics.API_KEYS, state.sha256(), state.revision(), state);
    }
}
