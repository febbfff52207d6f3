package dev.ghee.control.platform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Platform users and the organisations that they act for. */
@ApplicationScoped
public class Accounts {
    private static final int KNOWN_USERS = 10_000;
    private static final String INSERT_USER = """
            INSERT INTO platform_user (id, email) VALUES (?1, nullif(?2, '')) ON CONFLICT (id) DO NOTHING""";
    private static final String INSERT_ORGANIZATION = """
            INSERT INTO organization (id, name, personal_owner_id) VALUES (?1, 'Personal', ?2) ON CONFLICT DO NOTHING""";
    private static final String INSERT_MEMBER = """
            INSERT INTO organization_member (organization_id, user_id, role) VALUES (?1, ?2, 'owner')
            ON CONFLICT DO NOTHING""";

    private final Mutiny.SessionFactory sessions;
    private final Cache<UUID, Boolean> known =
            Caffeine.newBuilder().maximumSize(KNOWN_USERS).build();

    Accounts(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /**
     * The account of a caller of the platform. A person seen for the first time gets a row and a personal
     * organisation. Fails with 401 {@code AUTH_REQUIRED} for anonymous callers and 403
     * {@code AUTH_INSUFFICIENT_PERMISSIONS} for end users.
     */
    public Uni<Account> of(Caller caller) {
        return switch (caller) {
            case Caller.ServiceKey key ->
                Uni.createFrom()
                        .item(new Account(
                                UUID.fromString(key.ownerId()),
                                UUID.fromString(key.organizationId()),
                                key.scopes(),
                                OrganizationRole.ADMIN));
            case Caller.PlatformOwner owner -> person(UUID.fromString(owner.userId()), owner);
            case Caller.Anonymous _ ->
                Uni.createFrom().failure(() -> new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required"));
            case Caller.EndUser _ ->
                Uni.createFrom()
                        .failure(() -> new GheeException(
                                ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "End users may not administer the platform"));
        };
    }

    /** The same, and the account is not limited to single apps: fails with 403 {@code AUTH_FORBIDDEN}. */
    public Uni<Account> ofOrganization(Caller caller) {
        return of(caller).invoke(account -> {
            if (!account.coversOrganization()) {
                throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "The key's scopes do not cover its organisation");
            }
        });
    }

    /** Makes the user and its personal organisation unless they are there. */
    public Uni<Account> ensurePerson(UUID userId, @Nullable String email) {
        UUID organization = Organization.personalIdOf(userId);
        Account account = new Account(userId, organization, Set.of(Account.EVERYTHING), OrganizationRole.OWNER);
        if (known.getIfPresent(userId) != null) {
            return Uni.createFrom().item(account);
        }
        return sessions.withTransaction(session -> session.createNativeQuery(INSERT_USER)
                        .setParameter(1, userId)
                        .setParameter(2, email == null ? "" : email)
                        .executeUpdate()
                        .chain(() -> session.createNativeQuery(INSERT_ORGANIZATION)
                                .setParameter(1, organization)
                                .setParameter(2, userId)
                                .executeUpdate())
                        .chain(() -> session.createNativeQuery(INSERT_MEMBER)
                                .setParameter(1, organization)
                                .setParameter(2, userId)
                                .executeUpdate()))
                .invoke(() -> known.put(userId, true))
                .replaceWith(account);
    }

    /** The user's role; empty for who is no member. Text that is no id names an organisation that nobody is in. */
    public Uni<Optional<OrganizationRole>> role(UUID userId, String organizationId) {
        UUID organization = parse(organizationId);
        if (organization == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return sessions.withSession(session ->
                        session.find(OrganizationMember.class, new OrganizationMember.Key(organization, userId)))
                .map(member -> Optional.ofNullable(member).map(OrganizationMember::role));
    }

    /**
     * The account within the organisation that the caller asks to act for. Fails with 403 {@code AUTH_ORG_FORBIDDEN}
     * when a person is no member of it, or a key is of another.
     */
    public Uni<Account> inOrganization(Caller caller, Account account, String organizationId) {
        if (organizationId.equals(account.organizationId().toString())) {
            return Uni.createFrom().item(account);
        }
        if (caller instanceof Caller.ServiceKey) {
            return Uni.createFrom().failure(Accounts::notAMember);
        }
        return role(account.userId(), organizationId)
                .map(role -> new Account(
                        account.userId(),
                        UUID.fromString(organizationId),
                        account.scopes(),
                        role.orElseThrow(Accounts::notAMember)));
    }

    /** Who belongs to the organisation, and as what. */
    public Uni<Map<UUID, OrganizationRole>> members(Mutiny.Session session, UUID organizationId) {
        // Columns, not entities: the session must not remember who was a member before it changed that.
        return session.createSelectionQuery(
                        "select m.userId, m.role from OrganizationMember m where m.organizationId = ?1", Object[].class)
                .setParameter(1, organizationId)
                .getResultList()
                .map(rows -> rows.stream()
                        .collect(Collectors.toUnmodifiableMap(
                                row -> (UUID) row[0], row -> OrganizationMember.role((String) row[1]))));
    }

    /** Whether this is the organisation that came with the user. */
    public static boolean isPersonal(UUID organizationId, UUID userId) {
        return Organization.personalIdOf(userId).equals(organizationId);
    }

    /** Organisations that the user belongs to. */
    public Uni<List<UUID>> organizationsOf(Mutiny.Session session, UUID userId) {
        return session.createSelectionQuery(
                        "select m.organizationId from OrganizationMember m where m.userId = ?1", UUID.class)
                .setParameter(1, userId)
                .getResultList();
    }

    private Uni<Account> person(UUID userId, Caller.PlatformOwner owner) {
        return ensurePerson(userId, owner.email()).chain(personal -> {
            String wanted = owner.organizationId();
            if (wanted == null) {
                return Uni.createFrom().item(personal);
            }
            return role(userId, wanted)
                    .map(found -> found.map(
                                    role -> new Account(userId, UUID.fromString(wanted), personal.scopes(), role))
                            .orElse(personal));
        });
    }

    private static GheeException notAMember() {
        return new GheeException(ErrorCode.AUTH_ORG_FORBIDDEN, "Not a member of this organisation");
    }

    private static @Nullable UUID parse(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
