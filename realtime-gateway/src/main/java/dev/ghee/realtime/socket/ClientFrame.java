package dev.ghee.realtime.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.realtime.subscription.Filter;
import java.util.HashMap;
import java.util.Map;

/** What a client says. */
sealed interface ClientFrame {
    /** @param echo the filter as it came, for the acknowledgement; missing when there was none */
    record Subscribe(String table, Filter filter, JsonNode echo) implements ClientFrame {}

    record Unsubscribe(String table) implements ClientFrame {}

    record PresenceTrack(JsonNode metadata) implements ClientFrame {}

    record PresenceUpdate(JsonNode metadata) implements ClientFrame {}

    record Event(String event) implements ClientFrame {}

    /** @param message for the client; these texts are part of the contract */
    record Invalid(String message) implements ClientFrame {}

    ObjectReader READER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    static ClientFrame parse(String text) {
        JsonNode frame;
        try {
            frame = READER.readTree(text);
        } catch (JsonProcessingException e) {
            return new Invalid("Invalid JSON");
        }
        if (!frame.isObject()) {
            return new Invalid("Invalid JSON");
        }
        String type = frame.path("type").asText();
        return switch (type) {
            case "subscribe" -> subscribe(frame);
            case "unsubscribe" ->
                hasText(frame, "table") ? new Unsubscribe(frame.get("table").textValue()) : missing("table");
            case "presence_track" -> new PresenceTrack(metadata(frame));
            case "presence_update" -> new PresenceUpdate(metadata(frame));
            case "event" ->
                hasText(frame, "event") ? new Event(frame.get("event").textValue()) : missing("event");
            default -> new Invalid("Unknown message type: " + type);
        };
    }

    private static ClientFrame subscribe(JsonNode frame) {
        if (!hasText(frame, "table")) {
            return missing("table");
        }
        JsonNode filter = frame.path("filter");
        if (!filter.isMissingNode() && !filter.isNull() && !filter.isObject()) {
            return new Invalid("Invalid \"filter\" field");
        }
        Map<String, JsonNode> columns = new HashMap<>();
        filter.properties().forEach(column -> columns.put(column.getKey(), column.getValue()));
        return new Subscribe(frame.get("table").textValue(), new Filter(columns), filter);
    }

    private static boolean hasText(JsonNode frame, String field) {
        return frame.path(field).isTextual() && !frame.path(field).textValue().isEmpty();
    }

    private static Invalid missing(String field) {
        return new Invalid("Missing \"" + field + "\" field");
    }

    private static JsonNode metadata(JsonNode frame) {
        JsonNode metadata = frame.path("metadata");
        return metadata.isMissingNode() || metadata.isNull() ? JsonNodeFactory.instance.objectNode() : metadata;
    }
}
