package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * Functions of an app, their triggers or their environment are no longer what they were, as it is on
 * {@code ghee.function-changes}: whoever remembers them has to read them again. Says no more than that, since what it
 * could say is on its way from several writers at once.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FunctionsChanged(AppId appId, Instant at) {
    public static final String TYPE = "functions.changed";
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
