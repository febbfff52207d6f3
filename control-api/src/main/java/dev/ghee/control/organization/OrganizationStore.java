package dev.ghee.control.organization;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.auth.store.ControlSql;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is read of organisations, and what changes nobody's rights. Waits: call from a virtual thread. */
@ApplicationScoped
class OrganizationStore {
    private static final String OF_PERSON = """
            SELECT o.id, o.name, o.personal_owner_id IS NOT NULL AS personal, o.created_at, m.role
            FROM organization_member m JOIN organization o ON o.id = m.organization_id
            WHERE m.user_id = $1 ORDER BY o.created_at, o.id""";
    private static final String FIND = """
            SELECT id, name, personal_owner_id IS NOT NULL AS personal, created_at FROM organization WHERE id = $1""";
    private static final String RENAME = "UPDATE organization SET name = $2 WHERE id = $1";
    private static final String INSERT = """
            WITH fresh AS (
              INSERT INTO organization (id, name)
              SELECT $1, $2 WHERE
                (SELECT count(*) FROM organization_member WHERE user_id = $3 AND role = 'owner') < $4
              RETURNING id)
            INSERT INTO organization_member (organization_id, user_id, role) SELECT id, $3, 'owner' FROM fresh""";
    private static final String MEMBERS = """
            SELECT m.user_id, coalesce(a.email, u.email) AS email, m.role, m.created_at
            FROM organization_member m
            JOIN platform_user u ON u.id = m.user_id
            LEFT JOIN platform_account a ON a.user_id = m.user_id
            WHERE m.organization_id = $1 ORDER BY m.created_at, m.user_id""";

    private final ControlSql sql;

    OrganizationStore(ControlSql sql) {
        this.sql = sql;
    }

    /** An organisation; {@code personal} ones come with a person. */
    record Found(UUID id, String name, boolean personal, Instant createdAt) {}

    /** The same and what the person is in it. */
    record Joined(Found organization, OrganizationRole role) {}

    /** A member. */
    record Member(UUID userId, @Nullable String email, OrganizationRole role, Instant joinedAt) {}

    List<Joined> ofPerson(UUID userId) {
        List<Joined> all = new ArrayList<>();
        sql.all(OF_PERSON, Tuple.of(userId)).forEach(row -> all.add(new Joined(found(row), role(row))));
        return all;
    }

    Optional<Found> find(UUID id) {
        return sql.first(FIND, Tuple.of(id)).map(OrganizationStore::found);
    }

    void rename(UUID id, String name) {
        sql.update(RENAME, Tuple.of(id, name));
    }

    /** False when the person owns that many already. */
    boolean insert(UUID id, String name, UUID owner, int mostOwned) {
        return sql.update(INSERT, Tuple.of(id, name, owner, mostOwned)) > 0;
    }

    List<Member> members(UUID organizationId) {
        List<Member> all = new ArrayList<>();
        for (Row row : sql.all(MEMBERS, Tuple.of(organizationId))) {
            all.add(new Member(
                    row.getUUID("user_id"),
                    row.getString("email"),
                    role(row),
                    row.getOffsetDateTime("created_at").toInstant()));
        }
        return all;
    }

    private static Found found(Row row) {
        return new Found(
                row.getUUID("id"),
                row.getString("name"),
                row.getBoolean("personal"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    static OrganizationRole role(Row row) {
        return OrganizationRole.ofWireName(row.getString("role")).orElse(OrganizationRole.VIEWER);
    }
}
