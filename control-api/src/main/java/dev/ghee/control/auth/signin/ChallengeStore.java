package dev.ghee.control.auth.signin;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sign-ins that owe a second factor. Only the SHA-256 of their tokens is stored; each is good once. */
@ApplicationScoped
class ChallengeStore {
    static final Duration TTL = Duration.ofMinutes(5);
    private static final int BYTES = 32;

    private static final String OPEN = """
            WITH outlived AS (
              DELETE FROM ghee.sign_in_challenges WHERE user_id = $2 AND expires_at < now())
            INSERT INTO ghee.sign_in_challenges
              (token_hash, user_id, method, checked_hash, renewed_hash, expires_at)
            VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))""";
    private static final String FIND = """
            SELECT user_id, method, checked_hash, renewed_hash FROM ghee.sign_in_challenges
            WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()""";
    private static final String USE = """
            UPDATE ghee.sign_in_challenges SET used_at = now()
            WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
            RETURNING user_id, method, checked_hash, renewed_hash""";

    private final OwnerSql sql;
    private final SecureRandom random = new SecureRandom();

    ChallengeStore(OwnerSql sql) {
        this.sql = sql;
    }

    /** What was shown already. */
    record Challenge(
            UUID userId,
            String method,
            @Nullable String checkedHash,
            @Nullable String renewedHash) {
        @Override
        public String toString() {
            return "Challenge[" + userId + "]";
        }
    }

    /** Gives the token. */
    String open(AppState app, UUID userId, Proof proof) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        sql.all(
                app,
                OPEN,
                Tuple.of(hash(token), userId, proof.method(), proof.checkedHash(), proof.renewedHash(), (double)
                        TTL.toSeconds()));
        return token;
    }

    /** Empty when there is none, or it was used, or is too old. */
    Optional<Challenge> find(AppState app, String token) {
        return sql.first(app, FIND, Tuple.of(hash(token))).map(ChallengeStore::challenge);
    }

    /** The same, and it is used up: empty for all who come later. */
    Optional<Challenge> use(AppState app, String token) {
        return sql.first(app, USE, Tuple.of(hash(token))).map(ChallengeStore::challenge);
    }

    private static Challenge challenge(Row row) {
        return new Challenge(
                row.getUUID("user_id"),
                row.getString("method"),
                row.getString("checked_hash"),
                row.getString("renewed_hash"));
    }

    private static Buffer hash(String token) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
