package dev.ghee.control.mcpauth;

import dev.ghee.control.account.Person;
import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.secret.RandomToken;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Programs that ask for a key, and what became of it. Waits: call from a virtual thread. */
@ApplicationScoped
class RequestStore {
    private static final String INSERT = """
            WITH outlived AS (DELETE FROM oauth_request WHERE expires_at < now() - interval '1 day')
            INSERT INTO oauth_request
              (state_hash, client_id, redirect_uri, code_challenge, scope, client_state, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))""";
    private static final String OPEN = """
            SELECT c.id AS client_id, c.name AS client_name, r.redirect_uri, r.scope, r.client_state, r.expires_at
            FROM oauth_request r JOIN oauth_client c ON c.id = r.client_id
            WHERE r.state_hash = $1 AND r.decided_at IS NULL AND r.expires_at > now()""";
    private static final String APPROVE = """
            UPDATE oauth_request SET decided_at = now(), user_id = $2, user_email = $3, wanted_key = $4, code_hash = $5,
              code_expires_at = now() + make_interval(secs => $6)
            WHERE state_hash = $1 AND decided_at IS NULL AND expires_at > now()""";
    private static final String DENY = """
            UPDATE oauth_request SET decided_at = now() WHERE state_hash = $1 AND decided_at IS NULL""";
    private static final String USE = """
            UPDATE oauth_request SET used_at = now()
            WHERE code_hash = $1 AND used_at IS NULL AND code_expires_at > now()
            RETURNING client_id, redirect_uri, code_challenge, user_id, user_email, wanted_key""";
    private static final String GAVE = """
            UPDATE oauth_request SET key_id = $2 WHERE code_hash = $1 AND replayed_at IS NULL""";
    private static final String REPLAY = """
            UPDATE oauth_request SET replayed_at = now() WHERE code_hash = $1 AND used_at IS NOT NULL
            RETURNING key_id""";

    private final ControlSql sql;

    RequestStore(ControlSql sql) {
        this.sql = sql;
    }

    /** What a program asks for, checked. */
    record Asked(
            ClientStore.Client client,
            RedirectUri redirectUri,
            String codeChallenge,
            String scope,
            @Nullable String clientState) {}

    /** A question that waits for an answer. */
    record Open(
            String clientId,
            String clientName,
            RedirectUri redirectUri,
            String scope,
            @Nullable String clientState,
            Instant expiresAt) {}

    /** What a code stands for. */
    record Approved(String clientId, String redirectUri, String codeChallenge, Person person, String wantedKey) {}

    void insert(RandomToken st, Asked asked, Duration ttl) {
        sql.update(INSERT, Tuple.from(new Object[] {
            Buffer.buffer(st.hash()),
            asked.client().id(),
            asked.redirectUri().toString(),
            asked.codeChallenge(),
            asked.scope(),
            asked.clientState(),
            (double) ttl.toSeconds()
        }));
    }

    Optional<Open> open(RandomToken st) {
        return sql.first(OPEN, Tuple.of(Buffer.buffer(st.hash()))).map(RequestStore::open);
    }

    /** Decides once: false when it is decided already. */
    boolean approve(RandomToken st, Person person, String wantedKey, RandomToken code, Duration ttl) {
        return sql.update(
                        APPROVE,
                        Tuple.of(
                                Buffer.buffer(st.hash()),
                                person.userId(),
                                person.email(),
                                wantedKey,
                                Buffer.buffer(code.hash()),
                                (double) ttl.toSeconds()))
                > 0;
    }

    /** Decides once: false when it is decided already. */
    boolean deny(RandomToken st) {
        return sql.update(DENY, Tuple.of(Buffer.buffer(st.hash()))) > 0;
    }

    /** Uses the code up, whoever shows it. */
    Optional<Approved> use(RandomToken code) {
        return sql.first(USE, Tuple.of(Buffer.buffer(code.hash())))
                .map(row -> new Approved(
                        row.getString("client_id"),
                        row.getString("redirect_uri"),
                        row.getString("code_challenge"),
                        new Person(row.getUUID("user_id"), row.getString("user_email")),
                        row.getString("wanted_key")));
    }

    /** Notes which key a code gave. False when the code was shown again meanwhile: the key must not live. */
    boolean gave(RandomToken code, UUID keyId) {
        return sql.update(GAVE, Tuple.of(Buffer.buffer(code.hash()), keyId)) > 0;
    }

    /** Notes that a used code was shown again. The key that it gave; empty when it gave none, or is unknown. */
    Optional<UUID> replayed(RandomToken code) {
        return sql.first(REPLAY, Tuple.of(Buffer.buffer(code.hash()))).map(row -> row.getUUID("key_id"));
    }

    private static Open open(Row row) {
        return new Open(
                row.getString("client_id"),
                row.getString("client_name"),
                RedirectUri.parse(row.getString("redirect_uri")).orElseThrow(),
                row.getString("scope"),
                row.getString("client_state"),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
