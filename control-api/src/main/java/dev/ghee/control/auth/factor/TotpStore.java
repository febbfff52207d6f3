package dev.ghee.control.auth.factor;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Authenticator apps and recovery codes of an app's users. An attempt is counted before it is checked, under the row's
 * lock, so guessing in parallel gains nothing; a right one sets the count to zero.
 */
@ApplicationScoped
class TotpStore {
    /** Attempts in {@link #WINDOW_SECONDS}. */
    static final int MAX_ATTEMPTS = 5;

    static final int WINDOW_SECONDS = 900;

    private static final String ENROL = """
            INSERT INTO ghee.totp_factors AS f (user_id, secret) VALUES ($1, $2)
            ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = now(), last_step = 0
            WHERE f.confirmed_at IS NULL
            RETURNING user_id""";
    private static final String ATTEMPT = """
            UPDATE ghee.totp_factors
            SET attempts = CASE WHEN attempts_since < now() - make_interval(secs => $4) THEN 0 ELSE attempts END + 1,
                attempts_since =
                  CASE WHEN attempts_since < now() - make_interval(secs => $4) THEN now() ELSE attempts_since END
            WHERE user_id = $1 AND (confirmed_at IS NOT NULL) = $2
              AND (attempts < $3 OR attempts_since < now() - make_interval(secs => $4))
            RETURNING secret""";

    // A code that was used, or any before it, is not accepted again.
    private static final String ACCEPT = """
            UPDATE ghee.totp_factors SET last_step = $2, attempts = 0
            WHERE user_id = $1 AND last_step < $2 AND confirmed_at IS NOT NULL
            RETURNING user_id""";
    private static final String CONFIRM = """
            WITH f AS (
              UPDATE ghee.totp_factors SET last_step = $2, attempts = 0, confirmed_at = now()
              WHERE user_id = $1 AND last_step < $2 AND confirmed_at IS NULL
              RETURNING user_id)
            INSERT INTO ghee.recovery_codes (user_id, code_hash)
            SELECT user_id, decode(hash, 'hex') FROM f, unnest($3::text[]) hash
            RETURNING user_id""";
    private static final String RECOVER = """
            WITH used AS (
              UPDATE ghee.recovery_codes SET used_at = now()
              WHERE user_id = $1 AND code_hash = decode($2, 'hex') AND used_at IS NULL
              RETURNING user_id)
            UPDATE ghee.totp_factors f SET attempts = 0 FROM used WHERE f.user_id = used.user_id
            RETURNING f.user_id""";
    private static final String RENEW = """
            WITH gone AS (DELETE FROM ghee.recovery_codes WHERE user_id = $1)
            INSERT INTO ghee.recovery_codes (user_id, code_hash)
            SELECT f.user_id, decode(hash, 'hex') FROM ghee.totp_factors f, unnest($2::text[]) hash
            WHERE f.user_id = $1 AND f.confirmed_at IS NOT NULL
            RETURNING user_id""";
    private static final String STATUS = """
            SELECT f.confirmed_at IS NOT NULL AS confirmed,
              (SELECT count(*) FROM ghee.recovery_codes r WHERE r.user_id = f.user_id AND r.used_at IS NULL) AS left
            FROM ghee.totp_factors f WHERE f.user_id = $1""";
    private static final String REMOVE = "DELETE FROM ghee.totp_factors WHERE user_id = $1 RETURNING user_id";

    private final OwnerSql sql;

    TotpStore(OwnerSql sql) {
        this.sql = sql;
    }

    /**
     * What a user has set up.
     *
     * @param enrolled there is a secret, confirmed or not
     * @param recoveryCodes how many are left
     */
    record Status(boolean enrolled, boolean confirmed, int recoveryCodes) {
        static final Status NONE = new Status(false, false, 0);
    }

    Status status(AppState app, UUID userId) {
        return sql.first(app, STATUS, Tuple.of(userId))
                .map(row -> new Status(
                        true, row.getBoolean("confirmed"), row.getLong("left").intValue()))
                .orElse(Status.NONE);
    }

    /** Replaces one that was never confirmed. False when there is a confirmed one. */
    boolean enrol(AppState app, UUID userId, String sealedSecret) {
        return sql.first(app, ENROL, Tuple.of(userId, sealedSecret)).isPresent();
    }

    /** Counts an attempt and gives the sealed secret; empty when there were too many, or there is no such factor. */
    Optional<String> attempt(AppState app, UUID userId, boolean confirmed) {
        return sql.first(app, ATTEMPT, Tuple.of(userId, confirmed, MAX_ATTEMPTS, (double) WINDOW_SECONDS))
                .map(row -> row.getString("secret"));
    }

    /** False when that code, or a later one, was accepted before. */
    boolean accept(AppState app, UUID userId, long step) {
        return sql.first(app, ACCEPT, Tuple.of(userId, step)).isPresent();
    }

    /** The first right code; the factor protects the account from now on. False when somebody was quicker. */
    boolean confirm(AppState app, UUID userId, long step, List<String> recoveryHashes) {
        return sql.first(app, CONFIRM, Tuple.of(userId, step, recoveryHashes.toArray(String[]::new)))
                .isPresent();
    }

    /** Uses a recovery code up. False when it is none, or was used. */
    boolean recover(AppState app, UUID userId, String hash) {
        return sql.first(app, RECOVER, Tuple.of(userId, hash)).isPresent();
    }

    /** Replaces all recovery codes. */
    void renew(AppState app, UUID userId, List<String> recoveryHashes) {
        sql.all(app, RENEW, Tuple.of(userId).addArrayOfString(recoveryHashes.toArray(String[]::new)));
    }

    /** False when there was none. */
    boolean remove(AppState app, UUID userId) {
        return sql.first(app, REMOVE, Tuple.of(userId)).isPresent();
    }
}
