package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A queue of an app has got a message, as it is on {@code ghee.queues}: every replica then knows to look after the queue,
 * also when the one that took the message dies.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record QueueWoken(AppId appId, String queue) {
    public static final String TYPE = "queue.woken";
    public static final int VERSION = 1;

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }
}
