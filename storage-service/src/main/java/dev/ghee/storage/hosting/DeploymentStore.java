package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.StoredDeployment.Source;
import dev.ghee.storage.hosting.archive.StagedFile;
import dev.ghee.storage.hosting.site.Framework;
import dev.ghee.tenancy.rls.AppPools;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Deployments in their app's database. Every change of state is one statement that says which state it starts from, so
 * two that are made at once cannot both succeed. Fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}.
 */
@ApplicationScoped
class DeploymentStore {
    private static final int LISTED = 50;

    private static final String COLUMNS = """
            id, framework, source, status, error, file_count, total_bytes, build_config::text AS build_config,
            created_at, started_at, completed_at, updated_at,
            CASE WHEN status IN ('UPLOADING', 'BUILDING') THEN lease_until < now()
                 ELSE status = 'WAITING' AND created_at < now() - $1 * interval '1 second' END AS abandoned
            FROM ghee.deployments""";
    private static final String ALL = "SELECT " + COLUMNS + " ORDER BY created_at DESC, id DESC LIMIT $2";
    private static final String ONE = "SELECT " + COLUMNS + " WHERE id = $2";

    /** What waits in vain must not use up the number of those that may. */
    private static final String EXPIRE = """
            UPDATE ghee.deployments SET status = 'CANCELED', error = 'It was not started in time', completed_at = now(),
              updated_at = now()
            WHERE status = 'WAITING' AND created_at < now() - $1 * interval '1 second'""";

    private static final String INSERT = """
            INSERT INTO ghee.deployments (id, framework, source)
            SELECT $1, $2, $3
            WHERE (SELECT count(*) FROM ghee.deployments WHERE status IN ('WAITING', 'UPLOADING', 'BUILDING')) < $4""";
    private static final String BEGIN = """
            UPDATE ghee.deployments SET status = $2, started_at = coalesce(started_at, now()),
              lease_until = now() + $3 * interval '1 second', attempts = 1, updated_at = now(),
              build_config = coalesce($5::text::jsonb, build_config)
            WHERE id = $1 AND status = $4""";
    private static final String KEEP = """
            UPDATE ghee.deployments SET lease_until = now() + $2 * interval '1 second'
            WHERE id = $1 AND status IN ('UPLOADING', 'BUILDING')""";
    private static final String TAKE_OVER = """
            UPDATE ghee.deployments SET lease_until = now() + $2 * interval '1 second', attempts = attempts + 1
            WHERE id = $1 AND status = 'UPLOADING' AND source = 'ZIP' AND lease_until < now()
            RETURNING attempts""";
    private static final String END = """
            UPDATE ghee.deployments SET status = $2, error = $3, completed_at = now(), updated_at = now()
            WHERE id = $1 AND status IN ('WAITING', 'UPLOADING', 'BUILDING')""";
    private static final String DELETE = "DELETE FROM ghee.deployments WHERE id = $1 RETURNING status";

    /** Switches happen one after the other, each seeing what the last has done. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('ghee site', 0))";

    private static final String LOCK_ONE =
            "SELECT status FROM ghee.deployments WHERE id = $1 AND status = 'UPLOADING' FOR UPDATE";
    private static final String INSERT_FILES = """
            INSERT INTO ghee.deployment_files (deployment_id, path, sha256)
            SELECT $1, path, decode(sha256, 'hex') FROM unnest($2::text[], $3::text[]) AS f (path, sha256)""";
    private static final String COUNT = """
            UPDATE ghee.deployments SET file_count = $2, total_bytes = $3, completed_at = now() WHERE id = $1""";
    private static final String SWITCH = """
            UPDATE ghee.deployments SET
              status = CASE WHEN id = $1 THEN 'READY' ELSE 'SUPERSEDED' END,
              superseded_at = CASE WHEN id = $1 THEN NULL ELSE now() END,
              updated_at = now()
            WHERE id = $1 OR status = 'READY'""";
    private static final String LOCK_FORMER =
            "SELECT status FROM ghee.deployments WHERE id = $1 AND status IN ('READY', 'SUPERSEDED') FOR UPDATE";

    private static final String PRUNE = """
            DELETE FROM ghee.deployments WHERE id IN (
              SELECT id FROM (
                SELECT id, status, row_number() OVER newest AS place, sum(coalesce(file_count, 0)) OVER newest AS files
                FROM ghee.deployments WINDOW newest AS (ORDER BY created_at DESC, id DESC)) AS d
              WHERE (place > $1 OR files > $2) AND status IN ('SUPERSEDED', 'ERROR', 'CANCELED')
              ORDER BY place DESC LIMIT 100)""";

    private final AppPools pools;
    private final HostingConfig config;

    DeploymentStore(AppPools pools, HostingConfig config) {
        this.pools = pools;
        this.config = config;
    }

    /** The newest ones. */
    Uni<List<StoredDeployment>> newest(AppState app) {
        return run(app, ALL, Tuple.of(config.waiting().toSeconds(), LISTED))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(DeploymentStore::deployment)
                        .toList());
    }

    Uni<Optional<StoredDeployment>> find(AppState app, UUID id) {
        return run(app, ONE, Tuple.of(config.waiting().toSeconds(), id))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .findFirst()
                        .map(DeploymentStore::deployment));
    }

    /** False when too many others are not finished. */
    Uni<Boolean> insert(AppState app, UUID id, Framework framework, Source source) {
        return pools.withOwner(
                app,
                connection -> connection
                        .preparedQuery(EXPIRE)
                        .execute(Tuple.of(config.waiting().toSeconds()))
                        .compose(_ -> connection
                                .preparedQuery(INSERT)
                                .execute(Tuple.of(id, framework.wireName(), source.name(), config.maxUnfinished())))
                        .map(rows -> rows.rowCount() == 1));
    }

    /** Cancels what has waited for too long. */
    Uni<Void> expire(AppState app) {
        return run(app, EXPIRE, Tuple.of(config.waiting().toSeconds())).replaceWithVoid();
    }

    /** False when it is no longer in the state that it is thought to be in. */
    Uni<Boolean> begin(AppState app, UUID id, DeploymentState from, DeploymentState to, @Nullable String buildConfig) {
        return changed(app, BEGIN, Tuple.of(id, to.name(), config.lease().toSeconds(), from.name(), buildConfig));
    }

    /** Renews the lease; false when somebody has ended the deployment. */
    Uni<Boolean> keep(AppState app, UUID id) {
        return changed(app, KEEP, Tuple.of(id, config.lease().toSeconds()));
    }

    /** How often it has been tried, this time included; empty when there is nothing to take over. */
    Uni<Optional<Integer>> takeOver(AppState app, UUID id) {
        return run(app, TAKE_OVER, Tuple.of(id, config.lease().toSeconds()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .findFirst()
                        .map(row -> row.getInteger("attempts")));
    }

    /** Ends what is not finished; false when there is no such deployment, or it is finished. */
    Uni<Boolean> end(AppState app, UUID id, DeploymentState as, @Nullable String error) {
        return changed(app, END, Tuple.of(id, as.name(), error));
    }

    /** The state that it had; empty when there is none. */
    Uni<Optional<DeploymentState>> delete(AppState app, UUID id) {
        return run(app, DELETE, Tuple.of(id))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .findFirst()
                        .map(row -> DeploymentState.valueOf(row.getString("status"))));
    }

    /**
     * Makes a deployment that is {@code UPLOADING} live, with these files; false when it no longer is. Fails with a
     * foreign key violation when a content has been collected meanwhile: it has to be stored again.
     */
    Uni<Boolean> publish(AppState app, UUID id, List<StagedFile> files) {
        String[] paths = files.stream().map(file -> file.path().value()).toArray(String[]::new);
        String[] contents = files.stream().map(StagedFile::sha256).toArray(String[]::new);
        long bytes = files.stream().mapToLong(StagedFile::sizeBytes).sum();
        return inTransaction(
                app,
                connection -> locked(connection, LOCK_ONE, id)
                        .compose(uploading -> uploading
                                ? execute(connection, INSERT_FILES, Tuple.of(id, paths, contents))
                                        .compose(_ -> execute(connection, COUNT, Tuple.of(id, files.size(), bytes)))
                                        .compose(_ -> execute(connection, SWITCH, Tuple.of(id)))
                                        .map(true)
                                : Future.succeededFuture(false)));
    }

    /** Makes one that was live live again; false when there is none that was. */
    Uni<Boolean> goBack(AppState app, UUID id) {
        return inTransaction(
                app,
                connection -> locked(connection, LOCK_FORMER, id)
                        .compose(former -> former
                                ? execute(connection, SWITCH, Tuple.of(id)).map(true)
                                : Future.succeededFuture(false)));
    }

    /** Deletes the oldest deployments beyond what is kept, a hundred at a time; never the live one. */
    Uni<Void> prune(AppState app) {
        return run(app, PRUNE, Tuple.of(config.keptDeployments(), config.keptFiles()))
                .replaceWithVoid();
    }

    private static Future<Boolean> locked(SqlConnection connection, String sql, UUID id) {
        return execute(connection, LOCK, Tuple.tuple())
                .compose(_ -> execute(connection, sql, Tuple.of(id)))
                .map(rows -> rows.size() == 1);
    }

    private <T> Uni<T> inTransaction(AppState app, Function<SqlConnection, Future<T>> work) {
        return pools.withOwner(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> work.apply(connection)
                                .compose(result -> transaction.commit().map(result))
                                .recover(e -> transaction.rollback().transform(_ -> Future.failedFuture(e)))));
    }

    private static Future<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters);
    }

    private Uni<Boolean> changed(AppState app, String sql, Tuple parameters) {
        return run(app, sql, parameters).map(rows -> rows.rowCount() == 1);
    }

    private Uni<RowSet<Row>> run(AppState app, String sql, Tuple parameters) {
        return pools.withOwner(app, connection -> execute(connection, sql, parameters));
    }

    private static StoredDeployment deployment(Row row) {
        return new StoredDeployment(
                row.getUUID("id"),
                Framework.of(row.getString("framework")).orElse(Framework.OTHER),
                Source.valueOf(row.getString("source")),
                DeploymentState.valueOf(row.getString("status")),
                Boolean.TRUE.equals(row.getBoolean("abandoned")),
                row.getString("error"),
                row.getInteger("file_count"),
                row.getLong("total_bytes"),
                row.getString("build_config"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row.getOffsetDateTime("started_at")),
                instant(row.getOffsetDateTime("completed_at")),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    private static java.time.@Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
