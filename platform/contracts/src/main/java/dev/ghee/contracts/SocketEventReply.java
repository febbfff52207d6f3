package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What came of a {@link SocketEvent}, as it is on {@code ghee.socket-event-replies}.
 *
 * @param id of the event
 * @param replicaId process of realtime-gateway that waits for it
 * @param data what the function answered, as JSON or else as a text; null unless it answered
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SocketEventReply(
        String id,
        String replicaId,
        Outcome outcome,
        @Nullable JsonNode data) {
    public static final String TYPE = "socket_event_reply";
    public static final int VERSION = 1;

    /** How it ended. */
    public enum Outcome {
        /** The function has answered, with whatever HTTP status. */
        @JsonProperty("answered")
        ANSWERED,
        /** No function of the app has a trigger for this event. */
        @JsonProperty("no_handler")
        NO_HANDLER,
        /** The function could not be run to its end. */
        @JsonProperty("failed")
        FAILED
    }

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }

    @Override
    public String toString() {
        return "SocketEventReply[" + id + ", " + outcome + "]";
    }
}
