package dev.ghee.control.auth.password;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.user.UserEvents;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Passwords of users who are signed in. Waits: call from a virtual thread. */
@ApplicationScoped
public class PasswordChange {
    private static final String HASH = "SELECT password_hash FROM ghee.users WHERE id = $1";
    private static final String CHANGE = """
            WITH changed AS (
              UPDATE ghee.users SET password_hash = $3, updated_at = now()
              WHERE id = $1 AND password_hash IS NOT DISTINCT FROM $2
              RETURNING id),
            codes AS (
              DELETE FROM ghee.one_time_codes c USING changed
              WHERE c.user_id = changed.id AND c.purpose = 'reset_password'),
            ended AS (
              UPDATE ghee.sessions s SET revoked_at = now(), revoked_reason = 'password_changed' FROM changed
              WHERE s.user_id = changed.id AND s.id <> $4 AND s.revoked_at IS NULL
              RETURNING s.id)
            SELECT id, ARRAY(SELECT id FROM ended) AS sessions FROM changed""";

    private final OwnerSql sql;
    private final UserEvents events;

    PasswordChange(OwnerSql sql, UserEvents events) {
        this.sql = sql;
        this.events = events;
    }

    /** Empty when the user has no password. */
    public Optional<String> hash(AppState app, UUID user) {
        return sql.first(app, HASH, Tuple.of(user)).map(row -> row.getString("password_hash"));
    }

    /**
     * Replaces the password, and ends all sessions but one with their sockets. False when the old hash is no longer the
     * stored one: somebody else changed it at that moment.
     */
    public boolean change(AppState app, UUID user, @Nullable String oldHash, String newHash, UUID keptSession) {
        Optional<Row> changed = sql.first(app, CHANGE, Tuple.of(user, oldHash, newHash, keptSession));
        changed.map(row -> List.of(row.getArrayOfUUIDs("sessions")))
                .filter(ended -> !ended.isEmpty())
                .ifPresent(ended -> events.sessionsEnded(app, user, ended));
        return changed.isPresent();
    }
}
