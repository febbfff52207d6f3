package dev.ghee.control.auth.mail;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.secrets.MasterKey;
import dev.ghee.secrets.UnreadableSecretException;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Mail in the control database until it is sent. Waits: call from a virtual thread. */
@ApplicationScoped
class MailOutbox {
    private static final Logger LOG = Logger.getLogger(MailOutbox.class);

    private static final String INSERT = """
            INSERT INTO mail_outbox (id, app_id, sealed, expires_at)
            VALUES ($1, $2, $3, now() + make_interval(secs => $4))""";

    // Taken for a minute: what a killed process had taken is sent by another one then.
    private static final String TAKE = """
            UPDATE mail_outbox SET attempts = attempts + 1, next_attempt_at = now() + interval '1 minute'
            WHERE id IN (
              SELECT id FROM mail_outbox WHERE next_attempt_at <= now()
              ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING id, app_id, sealed, attempts, expires_at <= now() AS expired""";
    private static final String POSTPONE = """
            UPDATE mail_outbox SET next_attempt_at = now() + make_interval(secs => $2) WHERE id = $1""";
    private static final String DELETE = "DELETE FROM mail_outbox WHERE id = $1";

    private final Pool control;
    private final MasterKey key;

    MailOutbox(Pool control, MasterKey key) {
        this.control = control;
        this.key = key;
    }

    /** A mail whose turn it is. {@code attempt} counts from 1. */
    record Due(UUID id, AppId app, Message message, int attempt) {}

    void insert(AppId app, Message message, Duration worthFor) {
        UUID id = UUID.randomUUID();
        String sealed = key.seal(Contracts.write(message), owner(id));
        execute(INSERT, Tuple.of(id, app.value(), sealed, (double) worthFor.toSeconds()));
    }

    /** Takes some of what is due, so that no other process does; drops what is not worth sending any more. */
    List<Due> take(int atMost) {
        List<Due> due = new ArrayList<>();
        for (Row row : execute(TAKE, Tuple.of(atMost))) {
            UUID id = row.getUUID("id");
            AppId app = new AppId(row.getString("app_id"));
            Optional<Message> message =
                    row.getBoolean("expired") ? Optional.empty() : read(id, row.getString("sealed"));
            if (message.isPresent()) {
                due.add(new Due(id, app, message.get(), row.getInteger("attempts")));
            } else {
                LOG.errorf("Mail given up: app=%s attempts=%d", app, row.getInteger("attempts") - 1);
                delete(id);
            }
        }
        return due;
    }

    void postpone(UUID id, Duration pause) {
        execute(POSTPONE, Tuple.of(id, pause.toMillis() / 1000.0));
    }

    void delete(UUID id) {
        execute(DELETE, Tuple.of(id));
    }

    private Optional<Message> read(UUID id, String sealed) {
        try {
            return Optional.of(Contracts.read(key.open(sealed, owner(id)), Message.class));
        } catch (IOException | UnreadableSecretException e) {
            return Optional.empty();
        }
    }

    private RowSet<Row> execute(String sql, Tuple parameters) {
        return Waiting.on(() -> control.preparedQuery(sql).execute(parameters));
    }

    private static String owner(UUID id) {
        return "mail " + id;
    }
}
