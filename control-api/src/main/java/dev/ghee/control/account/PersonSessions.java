package dev.ghee.control.account;

import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.secrets.MasterKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of people. A refresh token is exchanged for its one successor; racing exchanges within the grace time get
 * that same one; an exchange after it ends the session, since one of the two who hold the token stole it. A browser's
 * session keeps its one token until it ends. Waits: call from a virtual thread.
 */
@ApplicationScoped
public class PersonSessions {
    private static final int MAX_AGENT = 256;
    private static final String START = """
            WITH outlived AS (DELETE FROM platform_session WHERE user_id = $2 AND expires_at < now()),
            seen AS (UPDATE platform_account SET last_sign_in_at = now() WHERE user_id = $2),
            started AS (
              INSERT INTO platform_session (id, user_id, kind, client_address, user_agent, expires_at)
              VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) RETURNING id)
            INSERT INTO platform_session_token (token_hash, session_id) SELECT $7, id FROM started""";
    private static final String ROTATE = """
            WITH s AS (
              UPDATE platform_session s SET last_used_at = now(), expires_at = now() + make_interval(secs => $4)
              FROM platform_session_token t
              WHERE t.token_hash = $1 AND t.used_at IS NULL AND s.id = t.session_id AND s.kind = 'token'
                AND s.revoked_at IS NULL AND s.expires_at > now()
              RETURNING s.id, s.user_id),
            used AS (
              UPDATE platform_session_token t SET used_at = now(), successor_nonce = $2
              FROM s WHERE t.token_hash = $1 AND t.used_at IS NULL RETURNING s.id, s.user_id),
            successor AS (INSERT INTO platform_session_token (token_hash, session_id) SELECT $3, id FROM used)
            SELECT used.id, a.user_id, a.email FROM used JOIN platform_account a ON a.user_id = used.user_id""";
    private static final String INSPECT = """
            SELECT s.id, a.user_id, a.email, t.successor_nonce,
              t.used_at > now() - make_interval(secs => $2) AS in_grace
            FROM platform_session_token t
            JOIN platform_session s ON s.id = t.session_id
            JOIN platform_account a ON a.user_id = s.user_id
            WHERE t.token_hash = $1 AND t.used_at IS NOT NULL AND s.revoked_at IS NULL AND s.expires_at > now()""";
    private static final String IN_BROWSER = """
            SELECT a.user_id, a.email FROM platform_session_token t
            JOIN platform_session s ON s.id = t.session_id
            JOIN platform_account a ON a.user_id = s.user_id
            WHERE t.token_hash = $1 AND s.kind = 'browser' AND s.revoked_at IS NULL AND s.expires_at > now()""";
    private static final String LIST = """
            SELECT id, kind, client_address, user_agent, created_at, last_used_at, expires_at FROM platform_session
            WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
            ORDER BY last_used_at DESC, id LIMIT 200""";
    private static final String END = """
            UPDATE platform_session SET revoked_at = now() WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL""";
    private static final String END_ALL = """
            UPDATE platform_session SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL""";
    private static final String END_BY_TOKEN = """
            UPDATE platform_session s SET revoked_at = now() FROM platform_session_token t
            WHERE t.token_hash = $1 AND s.id = t.session_id AND s.revoked_at IS NULL""";

    private final ControlSql sql;
    private final MasterKey.Hmac mac;
    private final PlatformConfig config;

    PersonSessions(ControlSql sql, MasterKey key, PlatformConfig config) {
        this.sql = sql;
        this.mac = key.hmac("platform refresh tokens");
        this.config = config;
    }

    /** Who holds the session's token. */
    public enum Kind {
        /** A program, which refreshes. */
        TOKEN,
        /** A browser, in a cookie, for the platform's own pages. */
        BROWSER;

        private String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A session with its newest token. */
    record Granted(Person person, UUID session, RandomToken token) {}

    /** A session as its person sees it. */
    record Summary(
            UUID id,
            String kind,
            @Nullable String address,
            @Nullable String userAgent,
            Instant createdAt,
            Instant lastUsedAt,
            Instant expiresAt) {}

    Granted start(Person person, Kind kind, String address, @Nullable String userAgent) {
        UUID id = UUID.randomUUID();
        RandomToken token = RandomToken.random();
        Duration ttl = kind == Kind.TOKEN ? config.refreshTokenTtl() : config.browserSessionTtl();
        String agent =
                userAgent == null || userAgent.length() <= MAX_AGENT ? userAgent : userAgent.substring(0, MAX_AGENT);
        sql.update(START, Tuple.from(new Object[] {
            id,
            person.userId(),
            kind.stored(),
            address,
            agent == null ? null : agent.replace("\0", ""),
            (double) ttl.toSeconds(),
            Buffer.buffer(token.hash())
        }));
        return new Granted(person, id, token);
    }

    /** Exchanges a refresh token. Empty when it is unknown, of a session that has ended, or was used before. */
    Optional<Granted> rotate(RandomToken token) {
        byte[] nonce = RandomToken.nonce();
        RandomToken successor = successor(token, nonce);
        Buffer hash = Buffer.buffer(token.hash());
        double ttl = config.refreshTokenTtl().toSeconds();
        Optional<Row> rotated =
                sql.first(ROTATE, Tuple.of(hash, Buffer.buffer(nonce), Buffer.buffer(successor.hash()), ttl));
        return rotated.isPresent() ? Optional.of(granted(rotated.get(), successor)) : usedBefore(token, hash);
    }

    private Optional<Granted> usedBefore(RandomToken token, Buffer hash) {
        double grace = config.refreshGrace().toMillis() / 1000.0;
        Row row = sql.first(INSPECT, Tuple.of(hash, grace)).orElse(null);
        if (row == null) {
            return Optional.empty();
        }
        if (row.getBoolean("in_grace")) {
            byte[] nonce = row.getBuffer("successor_nonce").getBytes();
            return Optional.of(granted(row, successor(token, nonce)));
        }
        end(row.getUUID("user_id"), row.getUUID("id"));
        return Optional.empty();
    }

    /** Whose browser this is. */
    public Optional<Person> inBrowser(RandomToken token) {
        return sql.first(IN_BROWSER, Tuple.of(Buffer.buffer(token.hash()))).map(PersonStore::person);
    }

    List<Summary> list(UUID userId) {
        List<Summary> all = new ArrayList<>();
        for (Row row : sql.all(LIST, Tuple.of(userId))) {
            all.add(new Summary(
                    row.getUUID("id"),
                    row.getString("kind"),
                    row.getString("client_address"),
                    row.getString("user_agent"),
                    instant(row, "created_at"),
                    instant(row, "last_used_at"),
                    instant(row, "expires_at")));
        }
        return all;
    }

    /** False when the person has no such session. */
    boolean end(UUID userId, UUID session) {
        return sql.update(END, Tuple.of(userId, session)) > 0;
    }

    void endAll(UUID userId) {
        sql.update(END_ALL, Tuple.of(userId));
    }

    /** Whatever token of it is shown, the newest or an older one. */
    public void end(RandomToken token) {
        sql.update(END_BY_TOKEN, Tuple.of(Buffer.buffer(token.hash())));
    }

    private RandomToken successor(RandomToken token, byte[] nonce) {
        return RandomToken.of(mac.of(token.value().getBytes(StandardCharsets.UTF_8), nonce));
    }

    private static Granted granted(Row row, RandomToken token) {
        return new Granted(PersonStore.person(row), row.getUUID("id"), token);
    }

    private static Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time.toInstant();
    }
}
