package dev.ghee.functions.object.store;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.object.source.ObjectName;
import dev.ghee.functions.object.source.SourceProblem;
import dev.ghee.secrets.MasterKey;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Variables that all objects of an app find in their {@code env}. Kept sealed; only running objects read values. */
@ApplicationScoped
public class ObjectEnvironment {
    /** Longest value, in bytes of UTF-8. */
    public static final int MAX_VALUE_BYTES = 8 * 1024;

    private static final int MAX_KEYS = 100;
    private static final int MAX_KEY_LENGTH = 128;
    private static final Pattern KEY = Pattern.compile("[A-Z_][A-Z0-9_]*");
    private static final String RESERVED = "BUTTERBASE_";

    private static final String KEYS = "SELECT key FROM ghee.durable_object_env ORDER BY key";

    private static final String ALL = "SELECT key, sealed FROM ghee.durable_object_env";

    private static final String PUT = """
            WITH place AS (SELECT id FROM ghee.durable_object_place FOR UPDATE),
            changed AS (
              INSERT INTO ghee.durable_object_env AS e (key, sealed)
              SELECT $1, $2 FROM place
              WHERE (SELECT count(*) FROM ghee.durable_object_env o WHERE o.key <> $1) < $3
              ON CONFLICT (key) DO UPDATE SET sealed = excluded.sealed, updated_at = now()
              RETURNING key)
            UPDATE ghee.durable_object_place SET revision = revision + 1 FROM changed RETURNING revision""";

    private static final String DELETE = """
            WITH gone AS (DELETE FROM ghee.durable_object_env WHERE key = $1 RETURNING key)
            UPDATE ghee.durable_object_place SET revision = revision + 1 FROM gone RETURNING revision""";

    private final ObjectDatabase database;
    private final MasterKey master;

    ObjectEnvironment(ObjectDatabase database, MasterKey master) {
        this.database = database;
        this.master = master;
    }

    public List<String> keys(AppState app) {
        List<String> keys = new ArrayList<>();
        for (Row row : database.all(app, KEYS, Tuple.tuple())) {
            keys.add(row.getString("key"));
        }
        return keys;
    }

    /** Names and values, in clear. */
    public Map<String, String> values(AppState app) {
        Map<String, String> values = new TreeMap<>();
        for (Row row : database.all(app, ALL, Tuple.tuple())) {
            String key = row.getString("key");
            byte[] value = master.open(row.getString("sealed"), owner(app.appId(), key));
            values.put(key, new String(value, StandardCharsets.UTF_8));
        }
        return values;
    }

    /** Fails with {@code ENV_KEY_INVALID}, {@code ENV_KEY_RESERVED}, {@code ENV_VALUE_INVALID} or {@code QUOTA_ENV_LIMIT}. */
    public void put(AppState app, String key, String value, List<ObjectClass> classes) {
        requireFree(key, classes);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_VALUE_BYTES || value.indexOf('\0') >= 0) {
            throw SourceProblem.ENV_VALUE_INVALID.asException(
                    "value may have at most " + MAX_VALUE_BYTES + " bytes and no NUL character");
        }
        String sealed = master.seal(bytes, owner(app.appId(), key));
        if (database.first(app, PUT, Tuple.of(key, sealed, MAX_KEYS)).isEmpty()) {
            throw SourceProblem.QUOTA_ENV_LIMIT.asException("An app's objects may have " + MAX_KEYS + " variables");
        }
    }

    /** False when there was none. */
    public boolean delete(AppState app, String key) {
        requireShape(key);
        return database.first(app, DELETE, Tuple.of(key)).isPresent();
    }

    private static void requireFree(String key, List<ObjectClass> classes) {
        requireShape(key);
        if (key.startsWith(RESERVED)) {
            throw SourceProblem.ENV_KEY_RESERVED.asException(
                    "Keys that start with " + RESERVED + " are the platform's");
        }
        if (classes.stream().map(ObjectClass::name).map(ObjectName::binding).anyMatch(key::equals)) {
            throw SourceProblem.ENV_KEY_RESERVED.asException("env." + key + " is a durable object class already");
        }
    }

    private static void requireShape(String key) {
        if (key.length() > MAX_KEY_LENGTH || !KEY.matcher(key).matches()) {
            throw SourceProblem.ENV_KEY_INVALID.asException(
                    "key must match ^" + KEY.pattern() + "$ and have at most " + MAX_KEY_LENGTH + " characters");
        }
    }

    private static String owner(AppId app, String key) {
        return "durable-object-env:" + app + ":" + key;
    }
}
