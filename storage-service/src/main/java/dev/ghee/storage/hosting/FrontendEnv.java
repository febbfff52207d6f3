package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.secrets.MasterKey;
import dev.ghee.tenancy.rls.AppPools;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What builds of an app's site see as environment variables. Sealed in the app's database: some are tokens that a build
 * needs and a browser must not see. Fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}.
 */
@ApplicationScoped
public class FrontendEnv {
    static final int MOST_VARIABLES = 200;

    private static final String LIST = "SELECT key, sealed, created_at, updated_at FROM ghee.frontend_env ORDER BY key";
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('ghee frontend env', 0))";
    private static final String PUT = """
            INSERT INTO ghee.frontend_env (key, sealed) SELECT * FROM unnest($1::text[], $2::text[])
            ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed, updated_at = now()""";
    private static final String REMOVE = "DELETE FROM ghee.frontend_env WHERE key = ANY($1)";
    private static final String COUNT = "SELECT count(*)::int AS n FROM ghee.frontend_env";

    private final AppPools pools;
    private final MasterKey masterKey;

    FrontendEnv(AppPools pools, MasterKey masterKey) {
        this.pools = pools;
        this.masterKey = masterKey;
    }

    /** A variable, without its value. */
    record Variable(String key, Instant createdAt, Instant updatedAt) {}

    Uni<List<Variable>> list(AppState app) {
        return rows(app)
                .map(rows -> rows.stream()
                        .map(row -> new Variable(
                                row.getString("key"),
                                row.getOffsetDateTime("created_at").toInstant(),
                                row.getOffsetDateTime("updated_at").toInstant()))
                        .toList());
    }

    /**
     * All variables with their values, for a build of this app alone. Fails with
     * {@link dev.ghee.secrets.UnreadableSecretException} when the installation's key is another one now.
     */
    public Uni<Map<String, String>> values(AppState app) {
        return rows(app).map(rows -> {
            Map<String, String> values = new LinkedHashMap<>();
            for (Row row : rows) {
                String key = row.getString("key");
                byte[] value = masterKey.open(row.getString("sealed"), owner(app.appId(), key));
                values.put(key, new String(value, StandardCharsets.UTF_8));
            }
            return values;
        });
    }

    /** Puts variables, and removes those that are null; all or none. Fails with {@code VALIDATION_INVALID_SCHEMA}. */
    Uni<Void> change(AppState app, Map<String, @Nullable String> variables) {
        List<String> keys = new ArrayList<>();
        List<String> sealed = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        variables.forEach((key, value) -> {
            if (value == null) {
                removed.add(key);
            } else {
                keys.add(key);
                sealed.add(masterKey.seal(value.getBytes(StandardCharsets.UTF_8), owner(app.appId(), key)));
            }
        });
        return pools.withOwner(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> connection
                                .query(LOCK)
                                .execute()
                                .compose(_ ->
                                        run(connection, REMOVE, Tuple.tuple().addArrayOfString(texts(removed))))
                                .compose(_ -> run(
                                        connection,
                                        PUT,
                                        Tuple.tuple()
                                                .addArrayOfString(texts(keys))
                                                .addArrayOfString(texts(sealed))))
                                .compose(_ -> connection.query(COUNT).execute())
                                .compose(rows -> rows.iterator().next().getInteger("n") > MOST_VARIABLES
                                        ? Future.failedFuture(tooMany())
                                        : transaction.commit())
                                .recover(e -> transaction.rollback().transform(_ -> Future.failedFuture(e)))));
    }

    private static GheeException tooMany() {
        return new GheeException(
                ErrorCode.VALIDATION_INVALID_SCHEMA, "An app may have at most " + MOST_VARIABLES + " variables");
    }

    private static Future<Void> run(SqlConnection connection, String sql, Tuple parameters) {
        return connection.preparedQuery(sql).execute(parameters).mapEmpty();
    }

    private static String[] texts(List<String> texts) {
        return texts.toArray(String[]::new);
    }

    private Uni<List<Row>> rows(AppState app) {
        return pools.withOwner(app, connection -> connection.preparedQuery(LIST).execute())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    /** A sealed value opens in its own place only. */
    private static String owner(AppId app, String key) {
        return "frontend env " + app + " " + key;
    }
}
