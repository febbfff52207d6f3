package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client of realtime-gateway wants one of the app's functions to run, as it is on {@code ghee.socket-events}, keyed by
 * app id. Answered with a {@link SocketEventReply}, or not at all when nobody could before it expired.
 *
 * @param event which function: the one whose websocket trigger has this name
 * @param payload for the function, whatever JSON the client sent
 * @param userId of a signed-in user; null for keys and anonymous clients
 * @param claims of the user's token as a JSON object; null without a user
 * @param replicaId process of realtime-gateway that waits for the answer
 * @param expiresAt nobody waits any more
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SocketEvent(
        String id,
        AppId appId,
        String event,
        JsonNode payload,
        Role role,
        @Nullable String userId,
        @Nullable String claims,
        String replicaId,
        Instant expiresAt) {

    public static final String TYPE = "socket_event";
    public static final int VERSION = 1;

    /** What the client is to the app. */
    public enum Role {
        @JsonProperty("anon")
        ANON,
        @JsonProperty("user")
        USER,
        @JsonProperty("service")
        SERVICE
    }

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }

    /** Payload and claims may hold personal data. */
    @Override
    public String toString() {
        return "SocketEvent[" + appId + ", " + id + "]";
    }
}
