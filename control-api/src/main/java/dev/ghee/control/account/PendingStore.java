package dev.ghee.control.account;

import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.control.secret.ShortCode;
import dev.ghee.secrets.MasterKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What waits for a mailed code. Five wrong codes end it. Waits: call from a virtual thread. */
@ApplicationScoped
class PendingStore {
    private static final int ATTEMPTS = 5;
    private static final String INSERT = """
            WITH outlived AS (DELETE FROM platform_pending WHERE expires_at < now())
            INSERT INTO platform_pending (secret_hash, purpose, email, password_hash, code_mac, expires_at)
            VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))""";
    private static final String TRY = """
            UPDATE platform_pending SET attempts = attempts + 1
            WHERE secret_hash = $1 AND purpose = $2 AND expires_at > now() AND attempts < $3
            RETURNING code_mac""";
    private static final String TAKE = """
            DELETE FROM platform_pending WHERE secret_hash = $1 RETURNING email, password_hash""";

    private final ControlSql sql;
    private final MasterKey.Hmac mac;
    private final PlatformConfig config;

    PendingStore(ControlSql sql, MasterKey key, PlatformConfig config) {
        this.sql = sql;
        this.mac = key.hmac("platform codes");
        this.config = config;
    }

    /** What the code is for. */
    enum Purpose {
        SIGN_UP,
        RESET;

        private String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What was waiting; {@code passwordHash} is null for a reset. */
    record Proved(Email email, @Nullable String passwordHash) {
        @Override
        public String toString() {
            return "Proved[…]";
        }
    }

    /**
     * Waits for a code from now on.
     *
     * @param code null when none was sent, so that none will fit
     */
    void insert(
            RandomToken secret, Purpose purpose, Email email, @Nullable String passwordHash, @Nullable ShortCode code) {
        sql.update(INSERT, Tuple.from(new Object[] {
            Buffer.buffer(secret.hash()),
            purpose.stored(),
            email.value(),
            passwordHash,
            code == null ? null : Buffer.buffer(mac(secret, code)),
            (double) config.codeTtl().toSeconds()
        }));
    }

    /** Uses the code up. Empty when it does not fit, or nothing waits for it any more. */
    Optional<Proved> take(RandomToken secret, Purpose purpose, ShortCode code) {
        Buffer hash = Buffer.buffer(secret.hash());
        Optional<Row> tried = sql.first(TRY, Tuple.of(hash, purpose.stored(), ATTEMPTS));
        Buffer expected = tried.map(row -> row.getBuffer("code_mac")).orElse(null);
        if (expected == null || !MessageDigest.isEqual(expected.getBytes(), mac(secret, code))) {
            return Optional.empty();
        }
        return sql.first(TAKE, Tuple.of(hash))
                .map(row ->
                        new Proved(Email.parse(row.getString("email")).orElseThrow(), row.getString("password_hash")));
    }

    private byte[] mac(RandomToken secret, ShortCode code) {
        return mac.of(secret.value(), code.letters());
    }
}
