package dev.ghee.control.auth.session;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserEvents;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sessions and their refresh tokens. A token is exchanged for its one successor in one statement; racing exchanges
 * within the grace time get that same successor; an exchange after it ends the session, since one of the two who hold
 * the token stole it.
 */
@ApplicationScoped
public class SessionStore {
    // A password is compared again: a reset that came between the check and now must win.
    private static final String START = """
            WITH u AS (
              UPDATE ghee.users SET last_sign_in_at = now(), password_hash = coalesce($3, password_hash)
              WHERE id = $1 AND ($2::text IS NULL OR password_hash = $2)
                AND (banned_until IS NULL OR banned_until <= now())
              RETURNING *),
            started AS (
              INSERT INTO ghee.sessions (id, user_id, expires_at, amr, aal, ip, device)
              SELECT $4, id, now() + make_interval(secs => $6), $7::text[], $8::int, $9, $10 FROM u
              RETURNING *),
            token AS (
              INSERT INTO ghee.refresh_tokens (token_hash, session_id, expires_at)
              SELECT $5, id, expires_at FROM started),
            outlived AS (
              DELETE FROM ghee.sessions s USING u WHERE s.user_id = u.id AND s.expires_at < now())
            SELECT %s, started.id AS session_id, started.amr, started.aal FROM u, started""".formatted(User.COLUMNS);

    // The session's row is locked before the token's, as everything that ends sessions does. A ban ends the sessions it
    // sees; one that began at that moment ends here.
    private static final String ROTATE = """
            WITH s AS (
              UPDATE ghee.sessions s
              SET expires_at = now() + make_interval(secs => $4), last_used_at = now(), ip = $5, device = $6
              FROM ghee.refresh_tokens t
              WHERE t.token_hash = $1 AND t.used_at IS NULL AND t.expires_at > now()
                AND s.id = t.session_id AND s.revoked_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM ghee.users b WHERE b.id = s.user_id AND b.banned_until > now())
              RETURNING s.id, s.user_id, s.expires_at, s.amr, s.aal),
            used AS (
              UPDATE ghee.refresh_tokens t SET used_at = now(), successor_nonce = $2
              FROM s WHERE t.token_hash = $1 AND t.session_id = s.id AND t.used_at IS NULL
              RETURNING s.id, s.user_id, s.expires_at, s.amr, s.aal),
            successor AS (
              INSERT INTO ghee.refresh_tokens (token_hash, session_id, expires_at)
              SELECT $3, id, expires_at FROM used),
            outlived AS (
              DELETE FROM ghee.refresh_tokens t USING used
              WHERE t.session_id = used.id AND t.expires_at < now())
            SELECT %s, used.id AS session_id, used.amr, used.aal FROM used JOIN ghee.users u ON u.id = used.user_id""".formatted(User.COLUMNS);

    private static final String INSPECT = """
            SELECT %s, t.session_id, s.amr, s.aal, t.successor_nonce,
              t.used_at > now() - make_interval(secs => $2) AS in_grace
            FROM ghee.refresh_tokens t
            JOIN ghee.sessions s ON s.id = t.session_id
            JOIN ghee.users u ON u.id = s.user_id
            WHERE t.token_hash = $1 AND t.used_at IS NOT NULL AND t.expires_at > now() AND s.revoked_at IS NULL
              AND (u.banned_until IS NULL OR u.banned_until <= now())""".formatted(User.COLUMNS);

    private static final String CURRENT = """
            SELECT %s, s.id AS session_id, s.amr, s.aal
            FROM ghee.sessions s JOIN ghee.users u ON u.id = s.user_id
            WHERE s.id = $1 AND u.id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()""".formatted(User.COLUMNS);

    private static final String RAISE = """
            UPDATE ghee.sessions
            SET aal = 2, amr = amr || ARRAY(SELECT m FROM unnest($3::text[]) m WHERE m <> ALL (amr))
            WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL
            RETURNING id AS session_id, amr, aal""";

    private static final String END = """
            UPDATE ghee.sessions SET revoked_at = now(), revoked_reason = 'token_reuse'
            WHERE id = $1 AND revoked_at IS NULL RETURNING id""";
    private static final String END_ALL = """
            UPDATE ghee.sessions SET revoked_at = now(), revoked_reason = 'signed_out'
            WHERE user_id = $1 AND revoked_at IS NULL RETURNING id""";

    private final OwnerSql sql;
    private final UserEvents events;
    private final RefreshTokens tokens;
    private final Duration grace;

    SessionStore(OwnerSql sql, UserEvents events, RefreshTokens tokens, EndUserAuthConfig config) {
        this.sql = sql;
        this.events = events;
        this.tokens = tokens;
        this.grace = config.refreshGrace();
    }

    /** A session with its newest refresh token. */
    public record Granted(User user, Session session, String refreshToken) implements Exchange {
        @Override
        public String toString() {
            return "Granted[" + session.id() + "]";
        }
    }

    /**
     * A session to start.
     *
     * @param checkedHash the session starts only while this is the user's password hash; null to start it anyhow
     * @param renewedHash replaces the user's password hash, or null to keep it
     */
    public record Start(
            UUID userId,
            @Nullable String checkedHash,
            @Nullable String renewedHash,
            List<String> amr,
            Assurance assurance,
            Client client) {
        @Override
        public String toString() {
            return "Start[" + userId + "]";
        }
    }

    /** What came of presenting a refresh token. */
    public sealed interface Exchange permits Granted, Exchange.Refused, Exchange.Replayed {
        /** Unknown, expired, or of a session that has ended. */
        record Refused() implements Exchange {}

        /** Used before and not just now: the session has been ended. */
        record Replayed(User user, UUID sessionId) implements Exchange {}
    }

    /**
     * Starts a session. Empty when there is no such user, its password is no longer the one that was checked,
     * or it is banned.
     */
    public Optional<Granted> start(AppState app, Start start, Duration refreshTtl) {
        String token = tokens.random();
        Tuple parameters = Tuple.of(
                        start.userId(),
                        start.checkedHash(),
                        start.renewedHash(),
                        UUID.randomUUID(),
                        Buffer.buffer(RefreshTokens.hash(token)),
                        (double) refreshTtl.toSeconds())
                .addArrayOfString(start.amr().toArray(String[]::new))
                .addInteger(start.assurance().stored())
                .addString(start.client().address())
                .addString(start.client().device());
        return sql.first(app, START, parameters).map(row -> granted(row, token));
    }

    /** Exchanges a refresh token for its successor. */
    public Exchange rotate(AppState app, String token, Duration refreshTtl, Client client) {
        if (!RefreshTokens.plausible(token)) {
            return new Exchange.Refused();
        }
        byte[] nonce = tokens.nonce();
        String successor = tokens.successor(token, nonce);
        Buffer hash = Buffer.buffer(RefreshTokens.hash(token));
        Tuple parameters = Tuple.of(
                hash,
                Buffer.buffer(nonce),
                Buffer.buffer(RefreshTokens.hash(successor)),
                (double) refreshTtl.toSeconds(),
                client.address(),
                client.device());
        Optional<Row> rotated = sql.first(app, ROTATE, parameters);
        return rotated.<Exchange>map(row -> granted(row, successor)).orElseGet(() -> usedBefore(app, token, hash));
    }

    /**
     * The user and session that an access token speaks of; empty when either has ended since it was issued.
     *
     * @param subject of the token
     * @param sessionId of the token
     */
    public Optional<Current> current(AppState app, String subject, String sessionId) {
        try {
            Tuple parameters = Tuple.of(UUID.fromString(sessionId), UUID.fromString(subject));
            return sql.first(app, CURRENT, parameters).map(row -> new Current(User.of(row), Session.of(row)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The session with two factors, and with these methods added; empty when it has ended. */
    public Optional<Session> raise(AppState app, Current current, String... methods) {
        Tuple parameters = Tuple.of(current.session().id(), current.user().id(), methods);
        return sql.first(app, RAISE, parameters).map(Session::of);
    }

    /** Who calls, and in which session. */
    public record Current(User user, Session session) {}

    /**
     * Ends all sessions of the user, and the sockets that they opened. For requests, access tokens already given out
     * are good until they expire, except where {@link #current} is asked.
     */
    public void endAll(AppState app, UUID userId) {
        List<UUID> ended = new ArrayList<>();
        sql.all(app, END_ALL, Tuple.of(userId)).forEach(row -> ended.add(row.getUUID("id")));
        events.signedOutEverywhere(app, userId, ended);
    }

    private Exchange usedBefore(AppState app, String token, Buffer hash) {
        Optional<Row> found = sql.first(app, INSPECT, Tuple.of(hash, grace.toMillis() / 1000.0));
        if (found.isEmpty()) {
            return new Exchange.Refused();
        }
        Row row = found.get();
        if (row.getBoolean("in_grace")) {
            return granted(
                    row,
                    tokens.successor(token, row.getBuffer("successor_nonce").getBytes()));
        }
        UUID session = row.getUUID("session_id");
        User user = User.of(row);
        sql.all(app, END, Tuple.of(session));
        events.sessionsEnded(app, user.id(), List.of(session));
        return new Exchange.Replayed(user, session);
    }

    private static Granted granted(Row row, String token) {
        return new Granted(User.of(row), Session.of(row), token);
    }
}
