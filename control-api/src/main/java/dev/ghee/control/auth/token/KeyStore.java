package dev.ghee.control.auth.token;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.AppState.PublicKey;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.secrets.MasterKey;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.PrivateKey;
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
            INSERT INTO ghee.signing_keys
              (kid, private_key, longest_token_seconds, alg, public_modulus, public_exponent, public_x, public_y)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING""";

    // Of two who rotate at once, the second waits for the first, finds nothing to retire, and so inserts nothing.
    private static final String ROTATE = """
            WITH retired AS (
              UPDATE ghee.signing_keys
              SET retired_at = now(),
                  known_until = CASE WHEN $9 THEN now()
                                ELSE now() + make_interval(secs => longest_token_seconds + $10) END
              WHERE retired_at IS NULL
              RETURNING kid),
            forgotten AS (
              UPDATE ghee.signing_keys SET known_until = now() WHERE $9 AND known_until > now())
            INSERT INTO ghee.signing_keys
              (kid, private_key, longest_token_seconds, alg, public_modulus, public_exponent, public_x, public_y)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8 FROM retired
            RETURNING kid""";
    private static final String RING = """
            SELECT kid, alg, public_modulus, public_exponent, public_x, public_y, private_key, longest_token_seconds,
              known_until
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
            PublicKey key = publicKey(row);
            var knownUntil = row.getOffsetDateTime("known_until");
            if (knownUntil == null) {
                Duration longest = Duration.ofSeconds(row.getLong("longest_token_seconds"));
                active = new KeyRing.Active(key, privateKey(app, key, row.getString("private_key")), longest);
            } else {
                retired.add(new KeyRing.Retired(key, knownUntil.toInstant()));
            }
        }
        return active == null
                ? Optional.empty()
                : Optional.of(new KeyRing(active, List.copyOf(retired), Instant.now()));
    }

    private static PublicKey publicKey(Row row) {
        String alg = row.getString("alg");
        boolean rsa = alg.equals(SigningAlgorithm.RS256.wireName());
        boolean edwards = alg.equals(SigningAlgorithm.EDDSA.wireName());
        return new PublicKey(
                row.getString("kid"),
                rsa ? "RSA" : edwards ? "OKP" : "EC",
                alg,
                row.getString("public_modulus"),
                row.getString("public_exponent"),
                rsa ? null : edwards ? "Ed25519" : "P-256",
                row.getString("public_x"),
                row.getString("public_y"));
    }

    void insertFirst(AppState app, NewKey key, Duration tokenTtl) {
        sql.all(app, INSERT_FIRST, columns(app, key, tokenTtl));
    }

    /** False when another key has taken over, or when there was none. */
    boolean rotate(AppState app, NewKey key, Duration tokenTtl, RetiredTokens fate) {
        Tuple parameters = columns(app, key, tokenTtl)
                .addBoolean(fate == RetiredTokens.REFUSED)
                .addDouble(MARGIN_SECONDS);
        return sql.first(app, ROTATE, parameters).isPresent();
    }

    private Tuple columns(AppState app, NewKey key, Duration tokenTtl) {
        PublicKey jwk = key.jwk();
        return Tuple.of(jwk.kid(), seal(app, key), tokenTtl.toSeconds(), jwk.alg())
                .addString(jwk.n())
                .addString(jwk.e())
                .addString(jwk.x())
                .addString(jwk.y());
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

    private PrivateKey privateKey(AppState app, PublicKey key, String sealed) {
        return SigningAlgorithm.of(key).privateKey(master.open(sealed, owner(app, key.kid())));
    }

    private static String owner(AppState app, String kid) {
        return "signing key " + app.appId().value() + " " + kid;
    }
}
