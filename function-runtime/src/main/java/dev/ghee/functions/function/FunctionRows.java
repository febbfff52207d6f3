package dev.ghee.functions.function;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Between rows and records. */
final class FunctionRows {
    /** Longer than any file or map that we store. */
    private static final int MAX_TEXT = 64 * 1024 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<TriggerSpec>> TRIGGERS = new TypeReference<>() {};

    static {
        JSON.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(MAX_TEXT)
                        .build());
    }

    private FunctionRows() {}

    /** A version that can be rolled back to. */
    record Version(int version, String entry, int timeoutMs, int memoryMb, Instant createdAt) {}

    /** A sealed variable of an environment. */
    record Variable(UUID function, String key, String sealed, Instant updatedAt) {
        @Override
        public String toString() {
            return "Variable[" + key + "]";
        }
    }

    static StoredFunction function(Row row) {
        return new StoredFunction(
                row.getUUID("id"),
                row.getString("name"),
                row.getString("description"),
                row.getInteger("version"),
                row.getLong("env_revision"),
                row.getInteger("timeout_ms"),
                row.getInteger("memory_mb"),
                triggers(String.valueOf(row.getValue("triggers"))),
                new StoredFunction.AgentTool(
                        row.getBoolean("agent_tool"),
                        row.getString("agent_tool_description"),
                        row.getString("agent_tool_mode"),
                        row.getString("agent_tool_exposed_to")),
                row.getBoolean("allow_service_key_impersonation"),
                row.getBoolean("allow_as_service"),
                row.getOffsetDateTime("deployed_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    static Version version(Row row) {
        return new Version(
                row.getInteger("version"),
                row.getString("entry"),
                row.getInteger("timeout_ms"),
                row.getInteger("memory_mb"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    static Variable variable(Row row) {
        return new Variable(
                row.getUUID("function_id"),
                row.getString("key"),
                row.getString("sealed"),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    static Map<String, String> texts(String json) {
        return read(json, TEXTS);
    }

    static String json(List<TriggerSpec> triggers) {
        return write(triggers);
    }

    /** Any record or collection that Jackson can write. */
    static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record of ours is no JSON", e);
        }
    }

    private static List<TriggerSpec> triggers(String json) {
        return read(json, TRIGGERS);
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("What we stored is not what we read", e);
        }
    }
}
