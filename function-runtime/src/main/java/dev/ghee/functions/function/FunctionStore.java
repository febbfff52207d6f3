package dev.ghee.functions.function;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.AppPools;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Functions in their app's database. Fails with {@code EXTERNAL_DB_ERROR} or {@code EXTERNAL_DB_BUSY}. */
@ApplicationScoped
class FunctionStore {
    /** Under which the app's own environment is kept. */
    static final UUID APP_ENV = new UUID(0, 0);

    private static final String COLUMNS = """
            f.id, f.name, f.description, f.version, f.env_revision, v.timeout_ms, v.memory_mb, f.triggers::text AS triggers,
            f.agent_tool, f.agent_tool_description, f.agent_tool_mode, f.agent_tool_exposed_to,
            f.allow_service_key_impersonation, f.allow_as_service, f.deployed_at, f.updated_at
            FROM ghee.functions f
            JOIN ghee.function_versions v ON v.function_id = f.id AND v.version = f.version""";
    private static final String ALL = "SELECT " + COLUMNS + " WHERE f.deleted_at IS NULL ORDER BY f.name";
    private static final String ONE = "SELECT " + COLUMNS + " WHERE f.deleted_at IS NULL AND f.name = $1";
    private static final String ONE_LOCKED = ONE + " FOR UPDATE OF f";
    /** The app's functions change one at a time, so that none is deployed twice at once and the limit holds. */
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('ghee functions', 0))";

    private static final String IDS = """
            SELECT id FROM ghee.functions WHERE name = $1 AND (deleted_at IS NULL OR $2)
            ORDER BY deleted_at DESC NULLS FIRST LIMIT 50""";

    private static final String INSERT = """
            INSERT INTO ghee.functions (id, name, description, version, triggers, agent_tool, agent_tool_description,
              agent_tool_mode, agent_tool_exposed_to, allow_service_key_impersonation, allow_as_service)
            VALUES ($1, $2, $3, 1, $4::text::jsonb, $5, $6, $7, $8, $9, $10)""";
    private static final String UPDATE = """
            UPDATE ghee.functions SET description = $2, version = $3, triggers = $4::text::jsonb, agent_tool = $5,
              agent_tool_description = $6, agent_tool_mode = $7, agent_tool_exposed_to = $8,
              allow_service_key_impersonation = $9, allow_as_service = $10, deployed_at = now(), updated_at = now()
            WHERE id = $1""";
    private static final String NEWEST =
            "SELECT coalesce(max(version), 0) AS newest FROM ghee.function_versions WHERE function_id = $1";
    private static final String INSERT_VERSION = """
            INSERT INTO ghee.function_versions (function_id, version, entry, files, modules, source_maps, timeout_ms,
              memory_mb)
            VALUES ($1, $2, $3, $4::text::jsonb, $5::text::jsonb, $6::text::jsonb, $7, $8)""";
    private static final String DROP_VERSIONS = """
            DELETE FROM ghee.function_versions v USING ghee.functions f
            WHERE v.function_id = $1 AND f.id = $1 AND v.version <> f.version AND v.version <= $2""";

    private static final String DELETE = """
            UPDATE ghee.functions SET deleted_at = now() WHERE name = $1 AND deleted_at IS NULL RETURNING id""";
    private static final String DELETE_ENV = "DELETE FROM ghee.function_env WHERE function_id = $1";

    private static final String ROLL_BACK = """
            UPDATE ghee.functions SET version = $2, deployed_at = now(), updated_at = now()
            WHERE id = $1
              AND EXISTS (SELECT FROM ghee.function_versions WHERE function_id = $1 AND version = $2)""";
    private static final String SETTINGS = """
            UPDATE ghee.functions SET allow_service_key_impersonation = coalesce($2, allow_service_key_impersonation),
              allow_as_service = coalesce($3, allow_as_service), updated_at = now()
            WHERE id = $1 RETURNING updated_at""";

    private static final String PUT_ENV = """
            INSERT INTO ghee.function_env (function_id, key, sealed) VALUES ($1, $2, $3)
            ON CONFLICT (function_id, key) DO UPDATE SET sealed = excluded.sealed, updated_at = now()""";
    private static final String REMOVE_ENV = "DELETE FROM ghee.function_env WHERE function_id = $1 AND key = $2";
    private static final String COUNT_ENV = "SELECT count(*) AS n FROM ghee.function_env WHERE function_id = $1";
    private static final String ENV_CHANGED = """
            UPDATE ghee.functions SET env_revision = env_revision + 1, updated_at = now()
            WHERE (id = $1 OR $2) AND deleted_at IS NULL RETURNING name, updated_at""";
    private static final String ENV = """
            SELECT function_id, key, sealed, updated_at FROM ghee.function_env WHERE function_id = ANY($1)
            ORDER BY key""";

    private static final String CODE = """
            SELECT v.function_id, v.entry, v.modules::text AS modules FROM ghee.functions f
            JOIN ghee.function_versions v ON v.function_id = f.id AND v.version = $2
            WHERE f.name = $1 AND f.deleted_at IS NULL""";
    private static final String FILES = """
            SELECT entry, files::text AS files FROM ghee.function_versions WHERE function_id = $1 AND version = $2""";
    private static final String SOURCE_MAPS = """
            SELECT source_maps::text AS source_maps FROM ghee.function_versions
            WHERE function_id = $1 AND version = $2""";
    private static final String VERSIONS = """
            SELECT version, entry, timeout_ms, memory_mb, created_at FROM ghee.function_versions
            WHERE function_id = $1 ORDER BY version DESC""";

    private final AppPools pools;

    FunctionStore(AppPools pools) {
        this.pools = pools;
    }

    /** One transaction of changes of the app's functions; no other one runs at the same time. */
    <T> Uni<T> change(AppState app, Function<Changes, Future<T>> work) {
        return pools.withOwner(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> connection
                                .query(LOCK)
                                .execute()
                                .compose(_ -> work.apply(new Changes(connection)))
                                .compose(result -> transaction.commit().map(result))
                                .recover(e -> transaction.rollback().transform(_ -> Future.failedFuture(e)))));
    }

    Uni<List<StoredFunction>> all(AppState app) {
        return read(app, ALL, Tuple.tuple())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(FunctionRows::function)
                        .toList());
    }

    Uni<Optional<StoredFunction>> find(AppState app, String name) {
        return read(app, ONE, Tuple.of(name)).map(FunctionStore::first).map(row -> row.map(FunctionRows::function));
    }

    /** The function of this name, and if asked those that had it before, newest first. */
    Uni<List<UUID>> ids(AppState app, String name, boolean deletedToo) {
        return read(app, IDS, Tuple.of(name, deletedToo))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getUUID("id"))
                        .toList());
    }

    /** Compiled modules of a version; empty when there is no such function or version. */
    Uni<Optional<Code>> code(AppState app, String name, int version) {
        return read(app, CODE, Tuple.of(name, version))
                .map(FunctionStore::first)
                .map(row -> row.map(code -> new Code(
                        code.getUUID("function_id"),
                        code.getString("entry"),
                        FunctionRows.texts(code.getString("modules")))));
    }

    record Code(UUID function, String entry, Map<String, String> modules) {
        @Override
        public String toString() {
            return "Code[" + function + "]";
        }
    }

    Uni<Optional<Files>> files(AppState app, UUID function, int version) {
        return read(app, FILES, Tuple.of(function, version))
                .map(FunctionStore::first)
                .map(row -> row.map(
                        files -> new Files(files.getString("entry"), FunctionRows.texts(files.getString("files")))));
    }

    record Files(String entry, Map<String, String> sources) {
        @Override
        public String toString() {
            return "Files[" + sources.keySet() + "]";
        }
    }

    /** Source maps of a version's modules by name; none when it is gone. */
    Uni<Map<String, String>> sourceMaps(AppState app, UUID function, int version) {
        return read(app, SOURCE_MAPS, Tuple.of(function, version))
                .map(FunctionStore::first)
                .map(row -> row.map(maps -> FunctionRows.texts(maps.getString("source_maps")))
                        .orElse(Map.of()));
    }

    Uni<List<FunctionRows.Version>> versions(AppState app, UUID function) {
        return read(app, VERSIONS, Tuple.of(function))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(FunctionRows::version)
                        .toList());
    }

    /** Sealed variables of these functions, or of {@link #APP_ENV}. */
    Uni<List<FunctionRows.Variable>> env(AppState app, UUID... functions) {
        return read(app, ENV, Tuple.of(functions))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(FunctionRows::variable)
                        .toList());
    }

    private Uni<RowSet<Row>> read(AppState app, String sql, Tuple parameters) {
        return pools.withOwner(app, connection -> connection.preparedQuery(sql).execute(parameters));
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        var all = rows.iterator();
        return all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    /** What one transaction may do. */
    static final class Changes {
        private final SqlConnection connection;

        private Changes(SqlConnection connection) {
            this.connection = connection;
        }

        Future<Optional<StoredFunction>> find(String name) {
            return run(ONE_LOCKED, Tuple.of(name))
                    .map(FunctionStore::first)
                    .map(row -> row.map(FunctionRows::function));
        }

        Future<Integer> count() {
            return run("SELECT count(*)::int AS n FROM ghee.functions WHERE deleted_at IS NULL", Tuple.tuple())
                    .map(rows -> rows.iterator().next().getInteger("n"));
        }

        /** The next version of a function; 1 for a new one. */
        Future<Integer> nextVersion(UUID function) {
            return run(NEWEST, Tuple.of(function))
                    .map(rows -> rows.iterator().next().getInteger("newest") + 1);
        }

        Future<Void> insert(StoredFunction function) {
            return run(INSERT, settings(function).get()).mapEmpty();
        }

        Future<Void> update(StoredFunction function) {
            Tuple values = Tuple.tuple();
            Tuple all = settings(function).get();
            values.addUUID(function.id()).addValue(function.description()).addInteger(function.version());
            for (int i = 3; i < all.size(); i++) {
                values.addValue(all.getValue(i));
            }
            return run(UPDATE, values).mapEmpty();
        }

        private static java.util.function.Supplier<Tuple> settings(StoredFunction function) {
            return () -> Tuple.tuple()
                    .addUUID(function.id())
                    .addString(function.name())
                    .addValue(function.description())
                    .addString(FunctionRows.json(function.triggers()))
                    .addBoolean(function.agentTool().enabled())
                    .addValue(function.agentTool().description())
                    .addString(function.agentTool().mode())
                    .addString(function.agentTool().exposedTo())
                    .addBoolean(function.allowServiceKeyImpersonation())
                    .addBoolean(function.allowAsService());
        }

        /** Adds a version, and drops those that are older than the ones kept and not in force. */
        Future<Void> addVersion(StoredFunction function, NewVersion version, int kept) {
            Tuple values = Tuple.tuple()
                    .addUUID(function.id())
                    .addInteger(function.version())
                    .addString(version.entry())
                    .addString(json(version.files()))
                    .addString(json(version.modules()))
                    .addString(json(version.sourceMaps()))
                    .addInteger(function.timeoutMs())
                    .addInteger(function.memoryMb());
            return run(INSERT_VERSION, values)
                    .compose(_ -> run(DROP_VERSIONS, Tuple.of(function.id(), function.version() - kept)))
                    .mapEmpty();
        }

        /** Its id; empty when there is none of this name. */
        Future<Optional<UUID>> delete(String name) {
            return run(DELETE, Tuple.of(name)).map(FunctionStore::first).compose(row -> {
                if (row.isEmpty()) {
                    return Future.succeededFuture(Optional.empty());
                }
                UUID id = row.get().getUUID("id");
                return run(DELETE_ENV, Tuple.of(id)).map(Optional.of(id));
            });
        }

        /** False when there is no such version. */
        Future<Boolean> rollBack(UUID function, int version) {
            return run(ROLL_BACK, Tuple.of(function, version)).map(rows -> rows.rowCount() == 1);
        }

        Future<Row> set(UUID function, Settings settings) {
            return run(SETTINGS, Tuple.of(function, settings.impersonation(), settings.asService()))
                    .map(rows -> rows.iterator().next());
        }

        /** Puts sealed values and removes those that are empty; answers the names of the functions that see them. */
        Future<Map<String, java.time.Instant>> changeEnv(UUID owner, Map<String, Optional<String>> sealed) {
            Future<?> done = Future.succeededFuture();
            for (var variable : sealed.entrySet()) {
                done = done.compose(_ -> variable.getValue().isPresent()
                        ? run(
                                PUT_ENV,
                                Tuple.of(
                                        owner,
                                        variable.getKey(),
                                        variable.getValue().get()))
                        : run(REMOVE_ENV, Tuple.of(owner, variable.getKey())));
            }
            return done.compose(_ -> run(ENV_CHANGED, Tuple.of(owner, owner.equals(APP_ENV))))
                    .map(rows -> {
                        Map<String, java.time.Instant> changed = new HashMap<>();
                        rows.forEach(row -> changed.put(
                                row.getString("name"),
                                row.getOffsetDateTime("updated_at").toInstant()));
                        return changed;
                    });
        }

        Future<Integer> countEnv(UUID owner) {
            return run(COUNT_ENV, Tuple.of(owner))
                    .map(rows -> rows.iterator().next().getInteger("n"));
        }

        private Future<RowSet<Row>> run(String sql, Tuple parameters) {
            return connection.preparedQuery(sql).execute(parameters);
        }

        private static String json(Map<String, String> texts) {
            return new JsonObject(new HashMap<>(texts)).encode();
        }
    }

    /** Null leaves a setting as it is. */
    record Settings(
            @org.jspecify.annotations.Nullable Boolean impersonation,
            @org.jspecify.annotations.Nullable Boolean asService) {}

    /** What a version is made of. */
    record NewVersion(
            String entry, Map<String, String> files, Map<String, String> modules, Map<String, String> sourceMaps) {
        @Override
        public String toString() {
            return "NewVersion[" + files.keySet() + "]";
        }
    }
}
