package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client that says it is here, as it is on {@code ghee.presence} under the key {@code <appId>/<clientId>}; the key
 * without a value means that it is gone. The order of one app's records is the order of its presence events.
 *
 * @param userId absent for keys and anonymous clients
 * @param replicaId of the process that has the client's socket; when it is gone, so is the client
 * @param revision grows with every record of this client
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PresenceState(
        AppId appId,
        String clientId,
        @Nullable String userId,
        JsonNode metadata,
        String replicaId,
        long revision,
        Instant at) {

    public static final String TYPE = "presence";
    public static final int VERSION = 1;

    /** Wire discriminator. */
    @JsonProperty
    public String type() {
        return TYPE;
    }

    /** Wire version of this record's shape. */
    @JsonProperty
    public int version() {
        return VERSION;
    }
}
