package dev.ghee.control.auth.magic;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.code.CodeFactory;
import dev.ghee.control.auth.code.MailedCode;
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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Codes that sign in, by address: an account begins when its first code is shown, so asking for a code does the same
 * whether there is one or not. Guesses are counted by the database under the row's lock.
 */
@ApplicationScoped
class MagicStore {
    private static final String REPLACE = """
            WITH outlived AS (
              DELETE FROM ghee.magic_codes WHERE expires_at < now() - interval '1 day' AND email <> $1)
            INSERT INTO ghee.magic_codes AS c (email, code_hash, link_hash, expires_at)
            VALUES ($1, $2, $3, now() + make_interval(secs => $4))
            ON CONFLICT (email) DO UPDATE
              SET code_hash = excluded.code_hash, link_hash = excluded.link_hash, expires_at = excluded.expires_at,
                  used_at = NULL, failures = 0""";

    // As for the other codes: counts a wrong guess; a right one changes nothing yet.
    private static final String GUESS = """
            UPDATE ghee.magic_codes
            SET failures = failures + (code_hash <> $2)::int,
                recent_failures =
                  CASE WHEN failures_since < now() - interval '1 day' THEN 0 ELSE recent_failures END
                  + (code_hash <> $2)::int,
                failures_since =
                  CASE WHEN failures_since < now() - interval '1 day' THEN now() ELSE failures_since END
            WHERE email = $1 AND failures < $3
              AND (recent_failures < $4 OR failures_since < now() - interval '1 day')
            RETURNING code_hash = $2 AND used_at IS NULL AND expires_at > now() AS good""";
    private static final String BY_LINK = """
            SELECT email FROM ghee.magic_codes WHERE link_hash = $1 AND used_at IS NULL AND expires_at > now()""";

    // Whoever made an account for an address without showing that it reads mail there may be a stranger who waits for
    // the owner to come. Now that the owner is here, everything that the stranger could sign in with goes. Reading who
    // is doubtful has to come before
    // the change of the same row, which would hide it: that is why the insert counts them.
    private static final String SIGN_IN = """
            WITH code AS (
              UPDATE ghee.magic_codes SET used_at = now()
              WHERE email = $1 AND (code_hash = $2 OR link_hash = $2) AND used_at IS NULL AND expires_at > now()
              RETURNING email),
            doubtful AS (
              SELECT u.id FROM ghee.users u JOIN code USING (email) WHERE NOT u.email_verified FOR NO KEY UPDATE OF u),
            ended AS (
              UPDATE ghee.sessions s SET revoked_at = now(), revoked_reason = 'address_proved' FROM doubtful d
              WHERE s.user_id = d.id AND s.revoked_at IS NULL
              RETURNING s.id),
            codes AS (DELETE FROM ghee.totp_factors f USING doubtful d WHERE f.user_id = d.id),
            keys AS (DELETE FROM ghee.passkeys p USING doubtful d WHERE p.user_id = d.id),
            identities AS (DELETE FROM ghee.identities i USING doubtful d WHERE i.user_id = d.id)
            INSERT INTO ghee.users AS u (id, email, email_verified)
            SELECT $3, code.email, true FROM code, (SELECT count(*) FROM doubtful) AS settled_first
            ON CONFLICT (email) DO UPDATE SET
              email_verified = true,
              password_hash = CASE WHEN u.email_verified THEN u.password_hash END,
              updated_at = CASE WHEN u.email_verified THEN u.updated_at ELSE now() END
            RETURNING u.id, xmax = 0 AS is_new, ARRAY(SELECT id FROM ended) AS ended""";

    private final OwnerSql sql;
    private final UserEvents events;
    private final CodeFactory codes;
    private final EndUserAuthConfig.Code config;

    MagicStore(OwnerSql sql, UserEvents events, CodeFactory codes, EndUserAuthConfig config) {
        this.sql = sql;
        this.events = events;
        this.codes = codes;
        this.config = config.code();
    }

    /** A right code; used up by {@link #signIn}. */
    record Proof(String email, byte[] hash) {
        @Override
        public String toString() {
            return "Proof[…]";
        }
    }

    /** The user whose address it is. */
    record Owner(UUID userId, boolean isNew) {}

    /** The address's newest code is the only one. */
    void replace(AppState app, Email email, MailedCode code) {
        sql.all(
                app,
                REPLACE,
                Tuple.of(
                        email.value(),
                        Buffer.buffer(code.codeHash()),
                        Buffer.buffer(Objects.requireNonNull(code.linkHash())),
                        (double) code.ttl().toSeconds()));
    }

    /** Fails with 400 for every code that is not the newest, unused and young; says no more than that. */
    Proof check(AppState app, Email email, String code) {
        byte[] hash = codes.codeHash(app.appId(), email, MailedCode.Purpose.MAGIC_LINK, code);
        Optional<Row> row = sql.first(
                app, GUESS, Tuple.of(email.value(), Buffer.buffer(hash), config.attempts(), config.attemptsPerDay()));
        if (row.isEmpty() || !row.get().getBoolean("good")) {
            throw invalid();
        }
        return new Proof(email.value(), hash);
    }

    /** The same for the secret of a link, which cannot be guessed. */
    Proof checkLink(AppState app, String secret) {
        if (!CodeFactory.mayBeLink(secret)) {
            throw invalid();
        }
        byte[] hash = codes.linkHash(app.appId(), secret);
        return sql.first(app, BY_LINK, Tuple.of(Buffer.buffer(hash)))
                .map(row -> new Proof(row.getString("email"), hash))
                .orElseThrow(MagicStore::invalid);
    }

    /** Uses the code up, and makes the account when there is none. Fails with 400 when somebody was quicker. */
    Owner signIn(AppState app, Proof proof) {
        Row row = sql.first(app, SIGN_IN, Tuple.of(proof.email(), Buffer.buffer(proof.hash()), UUID.randomUUID()))
                .orElseThrow(MagicStore::invalid);
        List<UUID> ended = List.of(row.getArrayOfUUIDs("ended"));
        if (!ended.isEmpty()) {
            events.signedOutEverywhere(app, row.getUUID("id"), ended);
        }
        return new Owner(row.getUUID("id"), row.getBoolean("is_new"));
    }

    private static GheeException invalid() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code is not valid or has expired");
    }
}
