package dev.ghee.functions.cron;

import dev.ghee.contracts.AppState;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.Trigger;
import dev.ghee.tenancy.rls.AppStatements;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which ticks were taken, and what came of the newest. Waits for the app's database. */
@ApplicationScoped
class CronStore {
    private static final String BEGIN = """
            INSERT INTO ghee.cron_runs AS c (function_id, schedule, due_at) VALUES ($1, $2, $3)
            ON CONFLICT (function_id) DO UPDATE SET schedule = excluded.schedule,
              due_at = CASE WHEN c.schedule = excluded.schedule THEN c.due_at ELSE excluded.due_at END
            RETURNING due_at""";
    private static final String TAKE = """
            UPDATE ghee.cron_runs SET due_at = $2, run_at = $2, started_at = now(), finished_at = NULL, status = NULL,
              error = NULL
            WHERE function_id = $1 AND due_at < $2 AND schedule = $3 RETURNING function_id""";
    private static final String FINISH = """
            UPDATE ghee.cron_runs SET finished_at = now(), status = $3, error = nullif($4, '')
            WHERE function_id = $1 AND run_at = $2""";
    private static final String LAST = """
            SELECT run_at, started_at, finished_at, status, error FROM ghee.cron_runs
            WHERE function_id = $1 AND run_at IS NOT NULL""";
    private static final int MAX_ERROR = 500;

    private final AppStatements statements;

    CronStore(AppStatements statements) {
        this.statements = statements;
    }

    /** The newest run. */
    record LastRun(
            Instant scheduledAt,
            Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Integer status,
            @Nullable String error) {}

    /** The newest tick that was taken; a schedule that is new begins now. */
    Instant begin(AppState app, DeployedFunction function, Trigger.Cron cron, Instant now) {
        return statements
                .first(app, BEGIN, Tuple.of(function.id(), text(cron), time(now)))
                .map(row -> instant(row, "due_at"))
                .orElse(now);
    }

    /** Whether the tick is ours: true for one replica, once. */
    boolean take(AppState app, DeployedFunction function, Trigger.Cron cron, Instant tick) {
        return statements
                .first(app, TAKE, Tuple.of(function.id(), time(tick), text(cron)))
                .isPresent();
    }

    void finish(AppState app, DeployedFunction function, Instant tick, @Nullable Integer status, String error) {
        String shown = error.length() <= MAX_ERROR ? error : error.substring(0, MAX_ERROR);
        statements.all(app, FINISH, Tuple.of(function.id(), time(tick), status, shown));
    }

    Optional<LastRun> last(AppState app, DeployedFunction function) {
        return statements
                .first(app, LAST, Tuple.of(function.id()))
                .map(row -> new LastRun(
                        instant(row, "run_at"),
                        instant(row, "started_at"),
                        row.getOffsetDateTime("finished_at") == null ? null : instant(row, "finished_at"),
                        row.getInteger("status"),
                        row.getString("error")));
    }

    private static String text(Trigger.Cron cron) {
        return cron.schedule() + " " + cron.timezone().getId();
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
