package dev.ghee.functions.object.store;

import dev.ghee.contracts.AppState;
import dev.ghee.functions.object.source.ObjectName;
import dev.ghee.functions.object.source.ObjectSource;
import dev.ghee.functions.object.source.SourceProblem;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The classes of an app. Every change to what runs moves the app's revision on, in the same statement. */
@ApplicationScoped
public class ObjectClasses {
    /** Classes per app. */
    public static final int MAX_CLASSES = 5;

    private static final String COLUMNS = "id, name, class_name, access_mode, status, error_message, code, module,"
            + " module_class_name, created_at, updated_at, last_deployed_at";

    private static final String LIST = "SELECT " + COLUMNS + " FROM ghee.durable_objects ORDER BY name";

    private static final String FIND = "SELECT " + COLUMNS + " FROM ghee.durable_objects WHERE name = $1";

    // The place's row is locked first by whatever changes classes, so that five stay five.
    private static final String BEGIN = """
            WITH place AS (SELECT id FROM ghee.durable_object_place FOR UPDATE)
            INSERT INTO ghee.durable_objects AS d (id, name, class_name, access_mode, status, code)
            SELECT $1, $2, $3, $4, 'BUILDING', $5 FROM place
            WHERE (SELECT count(*) FROM ghee.durable_objects o WHERE o.name <> $2) < $6
            ON CONFLICT (name) DO UPDATE SET class_name = excluded.class_name, access_mode = excluded.access_mode,
              status = 'BUILDING', error_message = NULL, code = excluded.code, updated_at = now()
            RETURNING id""";

    // Of two deploys at once, the one that began last wins; the other finds its source replaced.
    private static final String READY = """
            WITH changed AS (
              UPDATE ghee.durable_objects SET status = 'READY', error_message = NULL, module = $3,
                module_class_name = $4, last_deployed_at = now(), updated_at = now()
              WHERE id = $1 AND code = $2 RETURNING id)
            UPDATE ghee.durable_object_place SET revision = revision + 1 FROM changed RETURNING revision""";

    private static final String FAILED = """
            UPDATE ghee.durable_objects SET status = 'ERROR', error_message = $3, last_deployed_at = now(),
              updated_at = now()
            WHERE id = $1 AND code = $2 RETURNING id""";

    private static final String DELETE = """
            WITH gone AS (DELETE FROM ghee.durable_objects WHERE name = $1 RETURNING id)
            UPDATE ghee.durable_object_place SET revision = revision + 1 FROM gone RETURNING revision""";

    private final ObjectDatabase database;

    ObjectClasses(ObjectDatabase database) {
        this.database = database;
    }

    public List<ObjectClass> list(AppState app) {
        List<ObjectClass> classes = new ArrayList<>();
        for (Row row : database.all(app, LIST, Tuple.tuple())) {
            classes.add(read(row));
        }
        return classes;
    }

    public Optional<ObjectClass> find(AppState app, String name) {
        return ObjectName.isValid(name)
                ? database.first(app, FIND, Tuple.of(name)).map(ObjectClasses::read)
                : Optional.empty();
    }

    /** Writes a deploy down that is yet to be tried. Fails with {@code QUOTA_DO_LIMIT}. */
    public UUID begin(AppState app, ObjectName name, AccessMode mode, ObjectSource source, String code) {
        var parameters =
                Tuple.of(UUID.randomUUID(), name.value(), source.className(), mode.wireName(), code, MAX_CLASSES);
        return database.first(app, BEGIN, parameters)
                .map(row -> row.getUUID("id"))
                .orElseThrow(() -> SourceProblem.QUOTA_DO_LIMIT.asException(
                        "An app may have " + MAX_CLASSES + " durable object classes; delete one first"));
    }

    /** From now on this runs; storage stays. False when another deploy of the class has come since. */
    public boolean ready(AppState app, UUID id, String code, ObjectSource source) {
        return database.first(app, READY, Tuple.of(id, code, source.module(), source.className()))
                .isPresent();
    }

    /** The deploy cannot be loaded; what ran before goes on. */
    public void failed(AppState app, UUID id, String code, String why) {
        database.first(app, FAILED, Tuple.of(id, code, why));
    }

    /** False when there is none of that name. */
    public boolean delete(AppState app, String name) {
        return ObjectName.isValid(name)
                && database.first(app, DELETE, Tuple.of(name)).isPresent();
    }

    private static ObjectClass read(Row row) {
        @Nullable String module = row.getString("module");
        return new ObjectClass(
                row.getUUID("id"),
                new ObjectName(row.getString("name")),
                row.getString("class_name"),
                AccessMode.of(row.getString("access_mode")).orElseThrow(),
                ObjectClass.Status.valueOf(row.getString("status")),
                row.getString("error_message"),
                row.getString("code"),
                module == null ? null : new ObjectClass.Running(row.getString("module_class_name"), module),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getOffsetDateTime("last_deployed_at").toInstant());
    }
}
