package dev.ghee.control.domain;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.HostName;
import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.errors.GheeException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Claims to names. Waits: call from a virtual thread. */
@ApplicationScoped
class DomainStore {
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String COLUMNS = """
            d.id, d.app_id, d.hostname, d.method, d.token, d.status, d.error, d.failing_since, d.checked_at,
              d.status = 'ACTIVE' AND NOT EXISTS (SELECT FROM custom_domain o WHERE o.app_id = d.app_id
                AND o.status = 'ACTIVE' AND (o.created_at, o.id) < (d.created_at, d.id)) AS is_primary,
              d.created_at, d.updated_at""";
    private static final String LIST =
            "SELECT " + COLUMNS + " FROM custom_domain d WHERE d.app_id = $1 ORDER BY d.created_at, d.id";
    private static final String FIND = "SELECT " + COLUMNS + " FROM custom_domain d WHERE d.app_id = $1 AND d.id = $2";
    private static final String HOLDER =
            "SELECT " + COLUMNS + " FROM custom_domain d WHERE d.hostname = $1 AND d.status = 'ACTIVE'";
    private static final String COUNT = "SELECT count(*) AS n FROM custom_domain WHERE app_id = $1 AND hostname <> $2";
    // A claim that came to nothing may be made again.
    private static final String CLAIM = """
            INSERT INTO custom_domain AS d (id, app_id, hostname, method, token, status, next_check_at)
            VALUES ($1, $2, $3, $4, $5, 'PENDING', now() + interval '1 minute')
            ON CONFLICT (app_id, hostname) DO UPDATE SET method = excluded.method, token = excluded.token,
              status = 'PENDING', error = NULL, failing_since = NULL, checked_at = NULL,
              next_check_at = excluded.next_check_at, created_at = now(), updated_at = now()
            WHERE d.status = 'FAILED'""";
    // Due names are handed to one process; should it die, to another a while later.
    private static final String TAKE_DUE = """
            WITH due AS (SELECT id FROM custom_domain WHERE status <> 'FAILED' AND next_check_at <= now()
              ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            UPDATE custom_domain d SET next_check_at = now() + interval '5 minutes' FROM due WHERE d.id = due.id
            RETURNING\s""" + COLUMNS;
    private static final String ACTIVATE = """
            UPDATE custom_domain SET status = 'ACTIVE', error = NULL, failing_since = NULL, checked_at = now(),
              next_check_at = now() + make_interval(secs => $2), updated_at = now() WHERE id = $1""";
    private static final String FAILED_CHECK = """
            UPDATE custom_domain SET error = $2, failing_since = coalesce(failing_since, now()), checked_at = now(),
              next_check_at = now() + make_interval(secs => $3), updated_at = now() WHERE id = $1""";
    private static final String FAIL = """
            UPDATE custom_domain SET status = 'FAILED', error = $2, checked_at = now(), updated_at = now()
            WHERE id = $1 AND status <> 'FAILED'""";
    private static final String DELETE = "DELETE FROM custom_domain WHERE app_id = $1 AND id = $2";

    private final ControlSql sql;

    DomainStore(ControlSql sql) {
        this.sql = sql;
    }

    List<CustomDomain> list(AppId app) {
        return rows(LIST, Tuple.of(app.value()));
    }

    Optional<CustomDomain> find(AppId app, UUID id) {
        return sql.first(FIND, Tuple.of(app.value(), id)).map(DomainStore::domain);
    }

    /** The claim of the app that holds the name. */
    Optional<CustomDomain> holder(HostName hostname) {
        return sql.first(HOLDER, Tuple.of(hostname.value())).map(DomainStore::domain);
    }

    /** How many other names the app claims. */
    long othersOf(AppId app, HostName hostname) {
        return sql.first(COUNT, Tuple.of(app.value(), hostname.value()))
                .map(row -> row.getLong("n"))
                .orElse(0L);
    }

    /** False when the app has that name already. */
    boolean claim(AppId app, HostName hostname, CustomDomain.Method method) {
        String token = UUID.randomUUID().toString().replace("-", "");
        return sql.update(CLAIM, Tuple.of(UUID.randomUUID(), app.value(), hostname.value(), method.name(), token)) > 0;
    }

    List<CustomDomain> takeDue(int most) {
        return rows(TAKE_DUE, Tuple.of(most));
    }

    /** False when another app has got hold of the name meanwhile. */
    boolean activate(CustomDomain domain, Duration untilNextCheck) {
        try {
            return sql.update(ACTIVATE, Tuple.of(domain.id(), (double) untilNextCheck.toSeconds())) > 0;
        } catch (GheeException e) {
            if (e.getCause() instanceof PgException pg && UNIQUE_VIOLATION.equals(pg.getSqlState())) {
                return false;
            }
            throw e;
        }
    }

    void checkFailed(CustomDomain domain, String error, Duration untilNextCheck) {
        sql.update(FAILED_CHECK, Tuple.of(domain.id(), error, (double) untilNextCheck.toSeconds()));
    }

    /** The claim has come to nothing; when the name was held, it is free. */
    void fail(CustomDomain domain, String error) {
        sql.update(FAIL, Tuple.of(domain.id(), error));
    }

    /** False when there was no such claim. */
    boolean delete(CustomDomain domain) {
        return sql.update(DELETE, Tuple.of(domain.appId().value(), domain.id())) > 0;
    }

    private List<CustomDomain> rows(String statement, Tuple parameters) {
        return StreamSupport.stream(sql.all(statement, parameters).spliterator(), false)
                .map(DomainStore::domain)
                .toList();
    }

    private static CustomDomain domain(Row row) {
        return new CustomDomain(
                row.getUUID("id"),
                new AppId(row.getString("app_id")),
                row.getString("hostname"),
                CustomDomain.Method.valueOf(row.getString("method")),
                row.getString("token"),
                CustomDomain.Status.valueOf(row.getString("status")),
                row.getString("error"),
                instant(row.getOffsetDateTime("failing_since")),
                instant(row.getOffsetDateTime("checked_at")),
                row.getBoolean("is_primary"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
