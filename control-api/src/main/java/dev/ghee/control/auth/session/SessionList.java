package dev.ghee.control.auth.session;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.user.UserEvents;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user's open sessions, and ending some of them. The other services are told before the database is: should this
 * process die in between, sockets have closed for a session that is still listed, and ending it again does the rest.
 */
@ApplicationScoped
public class SessionList {
    /** Beyond these, the ones used longest ago are not shown. */
    static final int MAX_LISTED = 200;

    private static final String OPEN = """
            SELECT id AS session_id, amr, aal, ip, device, created_at, last_used_at, expires_at
            FROM ghee.sessions
            WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
            ORDER BY last_used_at DESC, id LIMIT $2""";
    private static final String END = """
            UPDATE ghee.sessions SET revoked_at = now(), revoked_reason = $3
            WHERE user_id = $1 AND id = ANY($2) AND revoked_at IS NULL""";

    private final OwnerSql sql;
    private final UserEvents events;

    SessionList(OwnerSql sql, UserEvents events) {
        this.sql = sql;
        this.events = events;
    }

    /** A session as its user may see it. */
    public record Listed(
            Session session,
            @Nullable String address,
            @Nullable String device,
            Instant createdAt,
            Instant lastUsedAt,
            Instant expiresAt) {}

    /** Who ends a session; kept with it. */
    public enum Reason {
        USER("revoked"),
        ADMINISTRATOR("revoked_by_administrator");

        private final String stored;

        Reason(String stored) {
            this.stored = stored;
        }
    }

    /** The most recently used first. */
    public List<Listed> of(AppState app, UUID user) {
        List<Listed> open = new ArrayList<>();
        for (Row row : sql.all(app, OPEN, Tuple.of(user, MAX_LISTED))) {
            open.add(new Listed(
                    Session.of(row),
                    row.getString("ip"),
                    row.getString("device"),
                    row.getOffsetDateTime("created_at").toInstant(),
                    row.getOffsetDateTime("last_used_at").toInstant(),
                    row.getOffsetDateTime("expires_at").toInstant()));
        }
        return open;
    }

    /** Ends one session with its sockets. False when it is none of the user's open ones. */
    public boolean end(AppState app, UUID user, UUID session, Reason reason) {
        boolean known =
                of(app, user).stream().anyMatch(open -> open.session().id().equals(session));
        if (known) {
            end(app, user, List.of(session), reason);
        }
        return known;
    }

    /**
     * Ends the user's sessions with their sockets, and says how many.
     *
     * @param kept this one goes on; null to end all
     */
    public int endOthers(AppState app, UUID user, @Nullable UUID kept, Reason reason) {
        int ended = 0;
        for (List<UUID> others = others(app, user, kept); !others.isEmpty(); others = others(app, user, kept)) {
            end(app, user, others, reason);
            ended += others.size();
        }
        return ended;
    }

    private List<UUID> others(AppState app, UUID user, @Nullable UUID kept) {
        return of(app, user).stream()
                .map(open -> open.session().id())
                .filter(id -> !id.equals(kept))
                .toList();
    }

    private void end(AppState app, UUID user, List<UUID> sessions, Reason reason) {
        events.sessionsEnded(app, user, sessions);
        sql.all(app, END, Tuple.of(user, sessions.toArray(UUID[]::new), reason.stored));
    }
}
