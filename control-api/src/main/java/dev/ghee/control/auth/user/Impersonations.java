package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.session.Session;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Sessions in which an administrator acts as a user. They have no refresh token, so they end when they expire. */
@ApplicationScoped
class Impersonations {
    private static final String START = """
            WITH u AS (SELECT * FROM ghee.users WHERE id = $1 AND (banned_until IS NULL OR banned_until <= now())),
            started AS (
              INSERT INTO ghee.sessions (id, user_id, expires_at, amr, aal)
              SELECT $2, id, now() + make_interval(secs => $3), '{impersonation}', 1 FROM u
              RETURNING *)
            SELECT %s, started.id AS session_id, started.amr, started.aal FROM u, started""".formatted(User.COLUMNS);

    private final OwnerSql sql;

    Impersonations(OwnerSql sql) {
        this.sql = sql;
    }

    /** A session of the user. */
    record Started(User user, Session session) {}

    /** Empty when there is no such user, or it is banned. The user's last sign-in stays what it was. */
    Optional<Started> start(AppState app, UUID user, Duration life) {
        return sql.first(app, START, Tuple.of(user, UUID.randomUUID(), (double) life.toSeconds()))
                .map(row -> new Started(User.of(row), Session.of(row)));
    }
}
