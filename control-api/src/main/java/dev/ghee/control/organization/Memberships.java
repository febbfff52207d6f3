package dev.ghee.control.organization;

import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.key.MemberKeys;
import dev.ghee.control.outbox.Outbox;
import dev.ghee.control.platform.Accounts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Changes of who belongs to an organisation. Each commits together with the next state of every app and key that it
 * concerns, so a removed member is locked out wherever those states are heard. Waits: call from a virtual thread.
 */
@ApplicationScoped
class Memberships {
    private static final Logger LOG = Logger.getLogger(Memberships.class);
    // Changes of one organisation come one after the other, and new apps of it wait.
    private static final String LOCK = "SELECT name FROM organization WHERE id = ?1 FOR UPDATE";
    private static final String SET_ROLE = """
            UPDATE organization_member SET role = ?3 WHERE organization_id = ?1 AND user_id = ?2""";
    private static final String REMOVE = """
            DELETE FROM organization_member WHERE organization_id = ?1 AND user_id = ?2""";
    private static final String ADD = """
            INSERT INTO organization_member (organization_id, user_id, role) VALUES (?1, ?2, ?3)
            ON CONFLICT DO NOTHING""";
    private static final String WITHDRAW = """
            DELETE FROM organization_invitation WHERE organization_id = ?1 AND invited_by = ?2""";
    private static final String COUNT_APPS = "select count(a) from App a where a.organizationId = ?1";
    private static final String DELETE = "DELETE FROM organization WHERE id = ?1 AND personal_owner_id IS NULL";

    private final Outbox outbox;
    private final Accounts accounts;
    private final AppStates apps;
    private final MemberKeys keys;

    Memberships(Outbox outbox, Accounts accounts, AppStates apps, MemberKeys keys) {
        this.outbox = outbox;
        this.accounts = accounts;
        this.apps = apps;
        this.keys = keys;
    }

    private record Effects(List<AppState> apps, List<ApiKeyState> keys) {}

    /**
     * Gives the member another role, or removes it; its keys and invitations that the new role could not have made end.
     * Fails as {@link MemberRules#mayChange} does.
     *
     * @param to null to remove
     */
    void change(UUID organization, UUID actor, UUID member, @Nullable OrganizationRole to) {
        if (to != OrganizationRole.OWNER && Accounts.isPersonal(organization, member)) {
            throw new GheeException(
                    ErrorCode.STATE_PREREQUISITE_MISSING, "A personal organisation stays with its person");
        }
        inOrganization(
                organization,
                session -> accounts.members(session, organization)
                        .invoke(roles -> new MemberRules(roles).mayChange(actor, member, to))
                        .chain(() -> to == null
                                ? execute(session, REMOVE, organization, member)
                                : execute(session, SET_ROLE, organization, member, to.wireName()))
                        .chain(() -> execute(session, WITHDRAW, organization, member))
                        .chain(() -> keys.revokeBeyond(session, organization, member, to))
                        .chain(revoked -> effects(session, organization, revoked)));
        LOG.infof("Membership changed: organization=%s by=%s member=%s role=%s", organization, actor, member, to);
    }

    /** Lets somebody in; whoever is a member stays what it is. Part of what the invitation's transaction does. */
    void add(UUID organization, UUID member, OrganizationRole as) {
        inOrganization(
                organization,
                session -> execute(session, ADD, organization, member, as.wireName())
                        .chain(() -> effects(session, organization, List.of())));
        LOG.infof("Membership begun: organization=%s member=%s role=%s", organization, member, as);
    }

    /**
     * Deletes an organisation that has no apps, with its keys. Fails with 403 {@code AUTH_FORBIDDEN} for all but owners
     * and 409 {@code STATE_PREREQUISITE_MISSING} while it has apps or is somebody's personal one.
     */
    void delete(UUID organization, UUID actor) {
        inOrganization(
                organization,
                session -> accounts.members(session, organization)
                        .invoke(roles -> new MemberRules(roles).mayAdd(actor, OrganizationRole.OWNER))
                        .chain(() -> session.createSelectionQuery(COUNT_APPS, Long.class)
                                .setParameter(1, organization)
                                .getSingleResult())
                        .invoke(count -> {
                            if (count > 0) {
                                throw new GheeException(
                                        ErrorCode.STATE_PREREQUISITE_MISSING,
                                        "The organisation has apps; delete them first, and wait until they are gone");
                            }
                        })
                        .chain(() -> keys.deleteAll(session, organization))
                        .call(() -> execute(session, DELETE, organization).invoke(deleted -> {
                            if (deleted == 0) {
                                throw new GheeException(
                                        ErrorCode.STATE_PREREQUISITE_MISSING,
                                        "A personal organisation stays with its person");
                            }
                        }))
                        .map(revoked -> new Effects(List.of(), revoked)));
        LOG.infof("Organisation deleted: organization=%s by=%s", organization, actor);
    }

    private void inOrganization(UUID organization, Function<Mutiny.Session, Uni<Effects>> work) {
        Effects effects = Waiting.on(() -> outbox.transaction(session -> session.createNativeQuery(LOCK, String.class)
                .setParameter(1, organization)
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(OrganizationCall::notFound)
                .chain(() -> work.apply(session))));
        apps.tell(effects.apps());
        keys.tell(effects.keys());
    }

    private Uni<Effects> effects(Mutiny.Session session, UUID organization, List<ApiKeyState> revoked) {
        return apps.membersChanged(session, organization).map(states -> new Effects(states, revoked));
    }

    private static Uni<Integer> execute(Mutiny.Session session, String sql, Object... parameters) {
        var query = session.createNativeQuery(sql);
        for (int i = 0; i < parameters.length; i++) {
            query.setParameter(i + 1, parameters[i]);
        }
        return query.executeUpdate();
    }
}
