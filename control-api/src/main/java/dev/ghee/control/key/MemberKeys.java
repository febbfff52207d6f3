package dev.ghee.control.key;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.contracts.Topics;
import dev.ghee.control.outbox.Outbox;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Keys do not outlive what their makers may do: whoever made a key knows it. */
@ApplicationScoped
public class MemberKeys {
    private static final String OF_MEMBER = """
            from ApiKey k where k.organizationId = ?1 and k.ownerId = ?2 and k.revokedAt is null order by k.id""";
    private static final String OF_ALL = """
            from ApiKey k where k.organizationId = ?1 and k.revokedAt is null order by k.id""";
    private static final String DELETE = "delete from ApiKey k where k.organizationId = ?1";

    private final Outbox outbox;
    private final KeyDirectory directory;

    MemberKeys(Outbox outbox, KeyDirectory directory) {
        this.outbox = outbox;
        this.directory = directory;
    }

    /**
     * Revokes the keys that somebody with this role could not have made, as part of the session's transaction. The
     * caller hands what this gives to {@link #tell} once it has committed.
     *
     * @param role null for somebody who is no member any more
     */
    public Uni<List<ApiKeyState>> revokeBeyond(
            Mutiny.Session session, UUID organizationId, UUID userId, @Nullable OrganizationRole role) {
        if (role != null && role.atLeast(OrganizationRole.ADMIN)) {
            return Uni.createFrom().item(List.of());
        }
        boolean keepsKeysOfApps = role == OrganizationRole.DEVELOPER;
        return session.createSelectionQuery(OF_MEMBER, ApiKey.class)
                .setParameter(1, organizationId)
                .setParameter(2, userId)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .map(keys -> keys.stream()
                        .filter(key -> !keepsKeysOfApps
                                || KeyScopes.targetOf(key.scopes()).isEmpty())
                        .toList())
                .chain(keys -> revoke(session, keys));
    }

    /** Revokes and forgets every key of an organisation that is being deleted. Otherwise like {@link #revokeBeyond}. */
    public Uni<List<ApiKeyState>> deleteAll(Mutiny.Session session, UUID organizationId) {
        return session.createSelectionQuery(OF_ALL, ApiKey.class)
                .setParameter(1, organizationId)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultList()
                .chain(keys -> revoke(session, keys))
                .call(session::flush)
                .call(() -> session.createMutationQuery(DELETE)
                        .setParameter(1, organizationId)
                        .executeUpdate());
    }

    /** This process knows at once; the others hear it from Kafka. */
    public void tell(List<ApiKeyState> states) {
        states.forEach(directory::accept);
    }

    private Uni<List<ApiKeyState>> revoke(Mutiny.Session session, List<ApiKey> keys) {
        return Multi.createFrom()
                .iterable(keys)
                .onItem()
                .transformToUniAndConcatenate(key -> {
                    key.revoke();
                    ApiKeyState state = key.state();
                    return outbox.put(session, Topics.API_KEYS, state.sha256(), state.revision(), state)
                            .replaceWith(state);
                })
                .collect()
                .asList();
    }
}
