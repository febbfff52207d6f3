package dev.ghee.realtime.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.realtime.filter.InvalidFilterException;
import org.jspecify.annotations.Nullable;

/** What a client says. */
sealed interface ClientFrame {
    record Subscribe(SubscribeRequest request) implements ClientFrame {}

    record Unsubscribe(String table) implements ClientFrame {}

    record PresenceTrack(JsonNode metadata) implements ClientFrame {}

    record PresenceUpdate(JsonNode metadata) implements ClientFrame {}

    record Event(String event, JsonNode payload) implements ClientFrame {}

    /** A newer token for the same user. */
    record Auth(String token) implements ClientFrame {
        @Override
        public String toString() {
            return "Auth[…]";
        }
    }

    /**
     * Not understood.
     *
     * @param message for the client; these texts are part of the contract
     * @param table that the frame was about, when it was about one
     */
    record Invalid(String message, @Nullable String table) implements ClientFrame {
        Invalid(String message) {
            this(message, null);
        }
    }

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
            case "subscribe" -> subscribe(frame, text.length());
            case "unsubscribe" ->
                hasText(frame, "table") ? new Unsubscribe(frame.get("table").textValue()) : missing("table");
            case "presence_track" -> new PresenceTrack(metadata(frame));
            case "presence_update" -> new PresenceUpdate(metadata(frame));
            case "event" ->
                hasText(frame, "event")
                        ? new Event(frame.get("event").textValue(), frame.path("payload"))
                        : missing("event");
            case "auth" -> hasText(frame, "token") ? new Auth(frame.get("token").textValue()) : missing("token");
            default -> new Invalid("Unknown message type: " + type);
        };
    }

    private static ClientFrame subscribe(JsonNode frame, int length) {
        if (!hasText(frame, "table")) {
            return missing("table");
        }
        String table = frame.get("table").textValue();
        try {
            return new Subscribe(SubscribeRequest.parse(table, frame, length));
        } catch (InvalidFilterException e) {
            return new Invalid(e.text(), table);
        }
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
