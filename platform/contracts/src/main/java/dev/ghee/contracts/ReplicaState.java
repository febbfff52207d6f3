package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sign of life of one process of realtime-gateway, as it is on {@code ghee.realtime-replicas}. Holds no address:
 * replicas meet on Kafka and in Postgres only.
 *
 * @param replicaId random, new with each start
 * @param leaving true in the last record of a process that stops by itself
 * @param apps those with subscribers there; absent when they are as the replica said last
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReplicaState(
        String replicaId,
        Instant startedAt,
        boolean leaving,
        @Nullable List<AppId> apps) {

    public static final String TYPE = "realtime-replica";
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
