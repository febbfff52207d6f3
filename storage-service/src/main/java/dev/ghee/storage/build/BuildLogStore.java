package dev.ghee.storage.build;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppPools;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Output of builds in their app's database. Waits; fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}. */
@ApplicationScoped
class BuildLogStore {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String ADD = """
            INSERT INTO ghee.build_logs (deployment_id, line, text)
            SELECT $1, $2 + ordinality - 1, text FROM unnest($3::text[]) WITH ORDINALITY AS l (text, ordinality)
            WHERE EXISTS (SELECT FROM ghee.deployments WHERE id = $1 FOR KEY SHARE)""";
    private static final String AFTER = """
            SELECT text FROM ghee.build_logs WHERE deployment_id = $1 AND line >= $2 ORDER BY line LIMIT $3""";
    private static final String PRUNE = """
            DELETE FROM ghee.build_logs WHERE deployment_id NOT IN (
              SELECT id FROM ghee.deployments WHERE source = 'BUILD' ORDER BY created_at DESC LIMIT $1)""";

    private final AppPools pools;
    private final BuildConfig config;

    BuildLogStore(AppPools pools, BuildConfig config) {
        this.pools = pools;
        this.config = config;
    }

    /** Nothing happens when there is no such deployment any more. */
    void add(AppState app, UUID deployment, long firstLine, List<String> lines) {
        run(app, ADD, Tuple.of(deployment, firstLine, lines.toArray(String[]::new)));
    }

    List<String> from(AppState app, UUID deployment, long line, int most) {
        return run(app, AFTER, Tuple.of(deployment, line, most)).stream()
                .map(row -> row.getString("text"))
                .toList();
    }

    void prune(AppState app) {
        run(app, PRUNE, Tuple.of(config.keptLogs()));
    }

    private List<Row> run(AppState app, String sql, Tuple parameters) {
        return pools.withOwner(app, connection -> connection.preparedQuery(sql).execute(parameters))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList())
                .await()
                .atMost(LIMIT);
    }
}
