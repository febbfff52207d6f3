package dev.ghee.control.organization;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.account.Invitations;
import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.secret.RandomToken;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Invitations to organisations, one per address. Waits: call from a virtual thread. */
@ApplicationScoped
class InvitationStore implements Invitations {
    private static final String INSERT = """
            INSERT INTO organization_invitation (id, organization_id, email, role, token_hash, invited_by, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
            ON CONFLICT (organization_id, email) DO UPDATE SET id = excluded.id, role = excluded.role,
              token_hash = excluded.token_hash, invited_by = excluded.invited_by, expires_at = excluded.expires_at,
              created_at = now()
            RETURNING id, email, role, expires_at""";
    private static final String LIST = """
            SELECT id, email, role, expires_at FROM organization_invitation
            WHERE organization_id = $1 AND expires_at > now() ORDER BY created_at, id""";
    private static final String WITHDRAW = """
            DELETE FROM organization_invitation WHERE organization_id = $1 AND id = $2""";
    private static final String HOLDS = """
            SELECT id FROM organization_invitation WHERE token_hash = $1 AND email = $2 AND expires_at > now()""";
    private static final String TAKE = """
            DELETE FROM organization_invitation WHERE token_hash = $1 AND email = $2 AND expires_at > now()
            RETURNING organization_id, role""";

    private final ControlSql sql;

    InvitationStore(ControlSql sql) {
        this.sql = sql;
    }

    /** An invitation that was not accepted yet. */
    record Open(UUID id, String email, OrganizationRole role, Instant expiresAt) {}

    /** What an invitation led to. */
    record Accepted(UUID organization, OrganizationRole role) {}

    /** Replaces an earlier invitation of the same address. */
    Open insert(UUID organization, Email email, OrganizationRole role, RandomToken token, UUID by, Duration ttl) {
        return sql.first(INSERT, Tuple.from(new Object[] {
                    UUID.randomUUID(),
                    organization,
                    email.value(),
                    role.wireName(),
                    Buffer.buffer(token.hash()),
                    by,
                    (double) ttl.toSeconds()
                }))
                .map(InvitationStore::open)
                .orElseThrow();
    }

    List<Open> list(UUID organization) {
        List<Open> all = new ArrayList<>();
        sql.all(LIST, Tuple.of(organization)).forEach(row -> all.add(open(row)));
        return all;
    }

    boolean withdraw(UUID organization, UUID invitation) {
        return sql.update(WITHDRAW, Tuple.of(organization, invitation)) > 0;
    }

    @Override
    public boolean holds(String token, Email email) {
        return RandomToken.parse(token)
                .flatMap(parsed -> sql.first(HOLDS, Tuple.of(Buffer.buffer(parsed.hash()), email.value())))
                .isPresent();
    }

    /** Uses the invitation up. Empty when it is not for this address, or does not hold any more. */
    Optional<Accepted> take(String token, Email email) {
        return RandomToken.parse(token)
                .flatMap(parsed -> sql.first(TAKE, Tuple.of(Buffer.buffer(parsed.hash()), email.value())))
                .map(row -> new Accepted(row.getUUID("organization_id"), OrganizationStore.role(row)));
    }

    private static Open open(Row row) {
        return new Open(
                row.getUUID("id"),
                row.getString("email"),
                OrganizationStore.role(row),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
