package dev.ghee.control.device;

import dev.ghee.control.account.Person;
import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.secret.RandomToken;
import dev.ghee.control.secret.ShortCode;
import dev.ghee.secrets.MasterKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Programs that wait for somebody to type their code. Waits: call from a virtual thread. */
@ApplicationScoped
class DeviceStore {
    private static final String INSERT = """
            WITH outlived AS (DELETE FROM device_login WHERE expires_at < now() - interval '1 day')
            INSERT INTO device_login
              (device_hash, code_mac, client_id, client_name, scope, client_address, interval_seconds, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
            ON CONFLICT (code_mac) DO NOTHING""";
    private static final String WAITING = """
            SELECT client_name, scope, client_address FROM device_login
            WHERE code_mac = $1 AND decided_at IS NULL AND expires_at > now()""";
    private static final String DECIDE = """
            UPDATE device_login SET decided_at = now(), approved = $2, user_id = $3, user_email = $4, wanted_key = $5
            WHERE code_mac = $1 AND decided_at IS NULL AND expires_at > now()""";
    // Who asks too soon has to wait longer from then on.
    private static final String POLL = """
            WITH old AS (SELECT * FROM device_login WHERE device_hash = $1 AND client_id = $2 FOR UPDATE)
            UPDATE device_login d SET polled_at = now(), interval_seconds = CASE
              WHEN old.polled_at > now() - make_interval(secs => old.interval_seconds)
              THEN least(old.interval_seconds + 5, 60) ELSE old.interval_seconds END
            FROM old WHERE d.device_hash = old.device_hash
            RETURNING d.expires_at <= now() AS expired, d.approved, d.taken_at IS NOT NULL AS taken,
              coalesce(old.polled_at > now() - make_interval(secs => old.interval_seconds), false) AS too_soon""";
    private static final String TAKE = """
            UPDATE device_login SET taken_at = now()
            WHERE device_hash = $1 AND approved AND taken_at IS NULL AND expires_at > now()
            RETURNING user_id, user_email, wanted_key""";

    private final ControlSql sql;
    private final MasterKey.Hmac mac;

    DeviceStore(ControlSql sql, MasterKey key) {
        this.sql = sql;
        this.mac = key.hmac("device codes");
    }

    /** What a program says of itself when it asks. */
    record Asked(String clientId, String clientName, String scope, String address) {}

    /** What the person who types the code is shown. */
    record Waiting(
            String clientName, String scope, @Nullable String address) {}

    /** What the program is told when it asks again. */
    enum Poll {
        UNKNOWN,
        EXPIRED,
        DENIED,
        TOO_SOON,
        PENDING,
        APPROVED
    }

    /** Who said yes, and to which key, as JSON. */
    record Approval(Person person, String wantedKey) {}

    /** False when the code is in use: try another one. */
    boolean insert(RandomToken device, ShortCode code, Asked asked, Duration interval, Duration ttl) {
        return sql.update(INSERT, Tuple.from(new Object[] {
                    Buffer.buffer(device.hash()),
                    Buffer.buffer(mac(code)),
                    asked.clientId(),
                    asked.clientName(),
                    asked.scope(),
                    asked.address(),
                    (int) interval.toSeconds(),
                    (double) ttl.toSeconds()
                }))
                > 0;
    }

    /** Empty when no program waits for this code. */
    Optional<Waiting> waiting(ShortCode code) {
        return sql.first(WAITING, Tuple.of(Buffer.buffer(mac(code))))
                .map(row -> new Waiting(
                        row.getString("client_name"), row.getString("scope"), row.getString("client_address")));
    }

    /**
     * Decides once. False when no program waits for this code any more.
     *
     * @param wantedKey the key to make, as JSON; null says no
     */
    boolean decide(ShortCode code, Person person, @Nullable String wantedKey) {
        return sql.update(DECIDE, Tuple.from(new Object[] {
                    Buffer.buffer(mac(code)), wantedKey != null, person.userId(), person.email(), wantedKey
                }))
                > 0;
    }

    Poll poll(RandomToken device, String clientId) {
        Row row = sql.first(POLL, Tuple.of(Buffer.buffer(device.hash()), clientId))
                .orElse(null);
        if (row == null || row.getBoolean("taken")) {
            return Poll.UNKNOWN;
        }
        if (row.getBoolean("expired")) {
            return Poll.EXPIRED;
        }
        Boolean approved = row.getBoolean("approved");
        if (approved != null) {
            return approved ? Poll.APPROVED : Poll.DENIED;
        }
        return row.getBoolean("too_soon") ? Poll.TOO_SOON : Poll.PENDING;
    }

    /** Uses the approval up. */
    Optional<Approval> take(RandomToken device) {
        return sql.first(TAKE, Tuple.of(Buffer.buffer(device.hash())))
                .map(row -> new Approval(
                        new Person(row.getUUID("user_id"), row.getString("user_email")), row.getString("wanted_key")));
    }

    private byte[] mac(ShortCode code) {
        return mac.of(code.letters());
    }
}
