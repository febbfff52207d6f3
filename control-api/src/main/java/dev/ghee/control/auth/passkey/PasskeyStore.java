package dev.ghee.control.auth.passkey;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Passkeys of an app's users, and the challenges that devices have yet to answer: each is good once. */
@ApplicationScoped
class PasskeyStore {
    static final Duration CHALLENGE_TTL = Duration.ofMinutes(5);
    /** Of one user. */
    static final int MAX_PASSKEYS = 20;

    private static final int CHALLENGE_BYTES = 32;

    private static final String CHALLENGE = """
            WITH outlived AS (DELETE FROM ghee.passkey_challenges WHERE expires_at < now())
            INSERT INTO ghee.passkey_challenges (challenge, user_id, origin, expires_at)
            VALUES ($1, $2, $3, now() + make_interval(secs => $4))""";
    private static final String ANSWER = """
            DELETE FROM ghee.passkey_challenges
            WHERE challenge = $1 AND user_id IS NOT DISTINCT FROM $2::uuid AND expires_at > now()
            RETURNING origin""";
    private static final String INSERT = """
            INSERT INTO ghee.passkeys
              (id, user_id, credential_id, credential, sign_count, backup_eligible, backed_up, transports, name)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8::text[], $9
            WHERE (SELECT count(*) FROM ghee.passkeys WHERE user_id = $2) < $10
            ON CONFLICT (credential_id) DO NOTHING
            RETURNING %s""".formatted(Passkey.COLUMNS);
    private static final String LIST =
            "SELECT " + Passkey.COLUMNS + " FROM ghee.passkeys WHERE user_id = $1 ORDER BY created_at, id";
    private static final String BY_CREDENTIAL =
            "SELECT " + Passkey.COLUMNS + " FROM ghee.passkeys WHERE credential_id = $1";

    // Of two uses with the same count only one is the first.
    private static final String USED = """
            UPDATE ghee.passkeys SET sign_count = $2, backed_up = $3, last_used_at = now()
            WHERE id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0))
            RETURNING id""";
    private static final String RENAME = """
            UPDATE ghee.passkeys SET name = $3 WHERE id = $1 AND user_id = $2 RETURNING %s""".formatted(Passkey.COLUMNS);
    private static final String DELETE = "DELETE FROM ghee.passkeys WHERE id = $1 AND user_id = $2 RETURNING id";

    private final OwnerSql sql;
    private final SecureRandom random = new SecureRandom();

    PasskeyStore(OwnerSql sql) {
        this.sql = sql;
    }

    /** @param userId null for signing in */
    byte[] challenge(AppState app, @Nullable UUID userId, String origin) {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        sql.all(app, CHALLENGE, Tuple.of(Buffer.buffer(challenge), userId, origin, (double) CHALLENGE_TTL.toSeconds()));
        return challenge;
    }

    /** The page that asked; empty when nobody did, or it was answered, or it is too long ago. */
    Optional<String> answer(AppState app, byte[] challenge, @Nullable UUID userId) {
        return sql.first(app, ANSWER, Tuple.of(Buffer.buffer(challenge), userId))
                .map(row -> row.getString("origin"));
    }

    /** Empty when the key is known already, or the user has too many. */
    Optional<Passkey> insert(AppState app, UUID userId, NewPasskey key, String name) {
        Tuple parameters = Tuple.of(
                        UUID.randomUUID(),
                        userId,
                        Buffer.buffer(key.credentialId()),
                        Buffer.buffer(key.credential()),
                        key.signCount(),
                        key.backupEligible())
                .addBoolean(key.backedUp())
                .addArrayOfString(key.transports().toArray(String[]::new))
                .addString(name)
                .addInteger(MAX_PASSKEYS);
        return sql.first(app, INSERT, parameters).map(Passkey::of);
    }

    List<Passkey> of(AppState app, UUID userId) {
        List<Passkey> found = new ArrayList<>();
        for (Row row : sql.all(app, LIST, Tuple.of(userId))) {
            found.add(Passkey.of(row));
        }
        return found;
    }

    Optional<Passkey> byCredential(AppState app, byte[] credentialId) {
        return sql.first(app, BY_CREDENTIAL, Tuple.of(Buffer.buffer(credentialId)))
                .map(Passkey::of);
    }

    /** False when the key was used in the meantime. */
    boolean used(AppState app, UUID id, Ceremony.Use use) {
        return sql.first(app, USED, Tuple.of(id, use.signCount(), use.backedUp()))
                .isPresent();
    }

    Optional<Passkey> rename(AppState app, UUID userId, UUID id, String name) {
        return sql.first(app, RENAME, Tuple.of(id, userId, name)).map(Passkey::of);
    }

    boolean delete(AppState app, UUID userId, UUID id) {
        return sql.first(app, DELETE, Tuple.of(id, userId)).isPresent();
    }
}
