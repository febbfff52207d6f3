package dev.ghee.control.auth.code;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.UserEvents;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Codes of an app's users. Guesses are counted by the database under the row's lock, so guessing in parallel gains
 * nothing. Whoever guesses wrong learns nothing more than that: whether the account exists, or its code has expired
 * or was used, is told only to somebody who knows the code.
 */
@ApplicationScoped
public class CodeStore {
    private static final String REPLACE_RESET = """
            INSERT INTO ghee.one_time_codes AS c (user_id, purpose, code_hash, link_hash, expires_at)
            SELECT id, 'reset_password', $2, $3, now() + make_interval(secs => $4)
            FROM ghee.users WHERE email = $1
            ON CONFLICT (user_id, purpose) DO UPDATE
              SET code_hash = excluded.code_hash, link_hash = excluded.link_hash, expires_at = excluded.expires_at,
                  used_at = NULL, failures = 0
            RETURNING c.user_id""";

    // Counts a wrong guess; a right one changes nothing yet. No row: unknown account, or no guesses left.
    private static final String GUESS = """
            UPDATE ghee.one_time_codes c
            SET failures = failures + (code_hash <> $3)::int,
                recent_failures =
                  CASE WHEN failures_since < now() - interval '1 day' THEN 0 ELSE recent_failures END
                  + (code_hash <> $3)::int,
                failures_since =
                  CASE WHEN failures_since < now() - interval '1 day' THEN now() ELSE failures_since END
            FROM ghee.users u
            WHERE u.email = $1 AND c.user_id = u.id AND c.purpose = $2
              AND c.failures < $4
              AND (c.recent_failures < $5 OR c.failures_since < now() - interval '1 day')
            RETURNING u.id AS user_id, code_hash = $3 AS correct, used_at IS NOT NULL AS used,
              expires_at <= now() AS expired""";

    private static final String BY_LINK = """
            SELECT user_id, true AS correct, used_at IS NOT NULL AS used, expires_at <= now() AS expired
            FROM ghee.one_time_codes WHERE link_hash = $1 AND purpose = 'reset_password'""";

    // Users before codes before sessions: the order in which deleting a user locks them.
    private static final String VERIFY = """
            WITH u AS (SELECT id FROM ghee.users WHERE id = $1 FOR NO KEY UPDATE),
            code AS (
              UPDATE ghee.one_time_codes c SET used_at = now() FROM u
              WHERE c.user_id = u.id AND c.purpose = 'verify_email' AND c.code_hash = $2
                AND c.used_at IS NULL AND c.expires_at > now()
              RETURNING c.user_id)
            UPDATE ghee.users SET email_verified = true, updated_at = now() FROM code WHERE id = code.user_id
            RETURNING id""";

    // Reading the mail also proves the address; if nobody had before, other ways into the account are not the reader's.
    private static final String RESET = """
            WITH u AS (SELECT id, email_verified FROM ghee.users WHERE id = $1 FOR NO KEY UPDATE),
            code AS (
              UPDATE ghee.one_time_codes c SET used_at = now() FROM u
              WHERE c.user_id = u.id AND c.purpose = 'reset_password' AND (c.code_hash = $2 OR c.link_hash = $2)
                AND c.used_at IS NULL AND c.expires_at > now()
              RETURNING c.user_id),
            changed AS (
              UPDATE ghee.users SET password_hash = $3, email_verified = true, updated_at = now() FROM code
              WHERE id = code.user_id
              RETURNING id),
            ended AS (
              UPDATE ghee.sessions s SET revoked_at = now(), revoked_reason = 'password_reset' FROM changed
              WHERE s.user_id = changed.id AND s.revoked_at IS NULL
              RETURNING s.id),
            forgotten AS (
              SELECT ghee.forget_unproved(u.id) AS done FROM u JOIN changed USING (id) WHERE NOT u.email_verified)
            SELECT id, ARRAY(SELECT id FROM ended) AS sessions, (SELECT bool_and(done) FROM forgotten) AS forgotten
            FROM changed""";

    private final OwnerSql sql;
    private final UserEvents events;
    private final CodeFactory codes;
    private final EndUserAuthConfig.Code config;

    CodeStore(OwnerSql sql, UserEvents events, CodeFactory codes, EndUserAuthConfig config) {
        this.sql = sql;
        this.events = events;
        this.codes = codes;
        this.config = config.code();
    }

    /** A code that was right; it is used up by what is done with it. */
    public record Proof(UUID userId, byte[] hash) {
        @Override
        public String toString() {
            return "Proof[" + userId + "]";
        }
    }

    /** Replaces the account's reset code. False when there is no account that signs in by password. */
    public boolean replaceReset(AppState app, Email email, MailedCode code) {
        return sql.first(
                        app,
                        REPLACE_RESET,
                        Tuple.of(
                                email.value(),
                                Buffer.buffer(code.codeHash()),
                                code.linkHash() == null ? null : Buffer.buffer(code.linkHash()),
                                (double) code.ttl().toSeconds()))
                .isPresent();
    }

    /**
     * Checks a code without using it up. Fails with 400: invalid (counted), already used, or expired.
     */
    public Proof check(AppState app, Email email, MailedCode.Purpose purpose, String code) {
        byte[] hash = codes.codeHash(app.appId(), email, purpose, code);
        return proof(
                sql.first(
                        app,
                        GUESS,
                        Tuple.of(
                                email.value(),
                                purpose.stored(),
                                Buffer.buffer(hash),
                                config.attempts(),
                                config.attemptsPerDay())),
                hash);
    }

    /** Checks the secret of a reset link, which cannot be guessed and so is not counted. Fails like {@link #check}. */
    public Proof checkLink(AppState app, String link) {
        if (!CodeFactory.mayBeLink(link)) {
            throw invalid();
        }
        byte[] hash = codes.linkHash(app.appId(), link);
        return proof(sql.first(app, BY_LINK, Tuple.of(Buffer.buffer(hash))), hash);
    }

    /** Marks the address as verified. Fails with 400 when the code was used in the meantime. */
    public void verify(AppState app, Proof proof) {
        if (sql.first(app, VERIFY, Tuple.of(proof.userId(), Buffer.buffer(proof.hash())))
                .isEmpty()) {
            throw used();
        }
    }

    /** Sets the password and ends all sessions. Fails with 400 when the code was used in the meantime. */
    public void reset(AppState app, Proof proof, String passwordHash) {
        Row reset = sql.first(app, RESET, Tuple.of(proof.userId(), Buffer.buffer(proof.hash()), passwordHash))
                .orElseThrow(CodeStore::used);
        events.signedOutEverywhere(app, proof.userId(), List.of(reset.getArrayOfUUIDs("sessions")));
    }

    private static Proof proof(Optional<Row> found, byte[] hash) {
        Row row = found.filter(known -> known.getBoolean("correct")).orElseThrow(CodeStore::invalid);
        if (row.getBoolean("used")) {
            throw used();
        }
        if (row.getBoolean("expired")) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code has expired");
        }
        return new Proof(row.getUUID("user_id"), hash);
    }

    private static GheeException used() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code was already used");
    }

    static GheeException invalid() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code is not valid");
    }
}
