package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.PublicKey;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.secret.MasterKey;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signing keys in an app's database; private keys are sealed with the installation's key. */
@ApplicationScoped
class KeyStore {
    // A unique index allows one key that signs: of two who create the first one at once, one does nothing.
    private static final String INSERT_FIRST = """
            INSERT INTO ghee.signing_keys (kid, public_modulus, public_exponent, private_key, longest_token_seconds)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING""";

    // Of two who rotate at once, the second waits for the first, finds nothing to retire, and so inserts nothing.
    private static final String ROTATE = """
            WITH retired AS (
              UPDATE ghee.signing_keys
              SET retired_at = now(),
                  known_until = CASE WHEN $6 THEN now()
                                ELSE now() + make_interval(secs => longest_token_seconds + $7) END
              WHERE retired_at IS NULL
              RETURNING kid),
            forgotten AS (
              UPDATE ghee.signing_keys SET known_until = now() WHERE $6 AND known_until > now())
            INSERT INTO ghee.signing_keys (kid, public_modulus, public_exponent, private_key, longest_token_seconds)
            SELECT $1, $2, $3, $4, $5 FROM retired
            RETURNING kid""";
    private static final String RING = """
            SELECT kid, public_modulus, public_exponent, private_key, longest_token_seconds, known_until
            FROM ghee.signing_keys WHERE known_until IS NULL OR known_until > now()
            ORDER BY retired_at DESC NULLS FIRST""";
    private static final String LONGER = """
            UPDATE ghee.signing_keys SET longest_token_seconds = greatest(longest_token_seconds, $2)
            WHERE kid = $1""";
    /** Seconds that a retired key is known beyond its last token: for clocks and for signatures under way. */
    private static final double MARGIN_SECONDS = 120;

    private final OwnerSql sql;
    private final MasterKey master;

    KeyStore(OwnerSql sql, MasterKey master) {
        this.sql = sql;
        this.master = master;
    }

    /** The one that signs first, if there is one, then the retired ones that are still known. */
    Optional<KeyRing> ring(AppState app) {
        KeyRing.@Nullable Active active = null;
        List<KeyRing.Retired> retired = new ArrayList<>();
        for (Row row : sql.all(app, RING, Tuple.tuple())) {
            PublicKey key = new PublicKey(
                    row.getString("kid"),
                    "RSA",
                    "RS256",
                    row.getString("public_modulus"),
                    row.getString("public_exponent"));
            var knownUntil = row.getOffsetDateTime("known_until");
            if (knownUntil == null) {
                Duration longest = Duration.ofSeconds(row.getLong("longest_token_seconds"));
                active = new KeyRing.Active(key, privateKey(app, key.kid(), row.getString("private_key")), longest);
            } else {
                retired.add(new KeyRing.Retired(key, knownUntil.toInstant()));
            }
        }
        return active == null
                ? Optional.empty()
                : Optional.of(new KeyRing(active, List.copyOf(retired), Instant.now()));
    }

    void insertFirst(AppState app, NewKey key, Duration tokenTtl) {
        sql.all(
                app,
                INSERT_FIRST,
                Tuple.of(key.jwk().kid(), key.jwk().n(), key.jwk().e(), seal(app, key), tokenTtl.toSeconds()));
    }

    /** False when another key has taken over, or when there was none. */
    boolean rotate(AppState app, NewKey key, Duration tokenTtl, RetiredTokens fate) {
        Tuple parameters =
                Tuple.of(key.jwk().kid(), key.jwk().n(), key.jwk().e(), seal(app, key), tokenTtl.toSeconds());
        parameters.addBoolean(fate == RetiredTokens.REFUSED).addDouble(MARGIN_SECONDS);
        return sql.first(app, ROTATE, parameters).isPresent();
    }

    /** What becomes of tokens that a retired key has signed. */
    enum RetiredTokens {
        LIVE_ON,
        /** For a key that leaked. */
        REFUSED
    }

    void signsFor(AppState app, String kid, Duration tokenTtl) {
        sql.all(app, LONGER, Tuple.of(kid, tokenTtl.toSeconds()));
    }

    private String seal(AppState app, NewKey key) {
        return master.seal(key.privateKey().getEncoded(), owner(app, key.jwk().kid()));
    }

    private PrivateKey privateKey(AppState app, String kid, String sealed) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(master.open(sealed, owner(app, kid))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Stored signing key is unreadable", e);
        }
    }

    private static String owner(AppState app, String kid) {
        return "signing key " + app.appId().value() + " " + kid;
    }
}
