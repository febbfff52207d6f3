package dev.ghee.storage.job;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppStatements;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of {@code ghee.storage_jobs}, and the batches that move them on. Waits for the app's database. */
@ApplicationScoped
class JobStore {
    private static final int BATCH = 500;

    private static final String INSERT =
            "INSERT INTO ghee.storage_jobs (id, user_id, prefix) VALUES ($1, $2, $3) RETURNING *";
    private static final String FIND =
            "SELECT * FROM ghee.storage_jobs WHERE id = $1 AND ($2::text IS NULL OR user_id = $2)";
    /** The job's row is locked, so batches of two processes follow each other. */
    private static final String BATCH_OF_DELETIONS = """
            WITH job AS (
              SELECT * FROM ghee.storage_jobs WHERE id = $1 AND state = 'running' FOR UPDATE),
            gone AS (
              DELETE FROM ghee.objects WHERE id IN (
                SELECT o.id FROM ghee.objects o, job
                 WHERE o.status = 'stored' AND o.created_at <= job.created_at
                   AND o.filename LIKE replace(replace(replace(job.prefix, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%'
                   AND (job.user_id IS NULL OR o.user_id = job.user_id)
                 LIMIT $2)
              RETURNING 1)
            UPDATE ghee.storage_jobs AS j
               SET deleted = j.deleted + n.gone, changed_at = clock_timestamp(),
                   state = CASE WHEN n.gone < $2 THEN 'done' ELSE 'running' END,
                   finished_at = CASE WHEN n.gone < $2 THEN clock_timestamp() END
              FROM job, (SELECT count(*) AS gone FROM gone) AS n
             WHERE j.id = job.id
            RETURNING j.*""";

    private static final String LEFT = """
            SELECT id FROM ghee.storage_jobs
             WHERE state = 'running' AND changed_at < now() - make_interval(secs => $1) LIMIT 100""";
    private static final String ANY = "SELECT 1 AS one FROM ghee.storage_jobs WHERE state = 'running' LIMIT 1";
    private static final String FORGET = """
            DELETE FROM ghee.storage_jobs WHERE state = 'done' AND finished_at < now() - interval '7 days'""";

    private final AppStatements statements;

    JobStore(AppStatements statements) {
        this.statements = statements;
    }

    /** @param userId null for everybody's objects */
    Job insert(AppState app, @Nullable String userId, String prefix) {
        statements.all(app, FORGET, Tuple.tuple());
        return statements
                .first(app, INSERT, Tuple.of(UUID.randomUUID(), userId, prefix))
                .map(JobStore::job)
                .orElseThrow();
    }

    /** @param userId who asks; null for whoever may see all jobs */
    Optional<Job> find(AppState app, UUID id, @Nullable String userId) {
        return statements.first(app, FIND, Tuple.of(id, userId)).map(JobStore::job);
    }

    /** Deletes some more; empty when the job does not run any more. */
    Optional<Job> batch(AppState app, UUID id) {
        return statements.first(app, BATCH_OF_DELETIONS, Tuple.of(id, BATCH)).map(JobStore::job);
    }

    /** Jobs that nobody has moved on for so long. */
    List<UUID> left(AppState app, Duration silent) {
        List<UUID> left = new ArrayList<>();
        statements.all(app, LEFT, Tuple.of((double) silent.toSeconds())).forEach(row -> left.add(row.getUUID("id")));
        return left;
    }

    boolean anyRunning(AppState app) {
        return statements.first(app, ANY, Tuple.tuple()).isPresent();
    }

    private static Job job(Row row) {
        OffsetDateTime finished = row.getOffsetDateTime("finished_at");
        return new Job(
                row.getUUID("id").toString(),
                row.getString("prefix"),
                row.getString("state"),
                row.getLong("deleted"),
                text(row.getOffsetDateTime("created_at")),
                finished == null ? null : text(finished));
    }

    private static String text(OffsetDateTime time) {
        return time.toInstant().truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
