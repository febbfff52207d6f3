package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a stored object, as it is on {@code ghee.objects}. At least once, and those of one object in order.
 *
 * @param sequence grows with every event of the app; app and sequence identify an event that comes twice
 * @param objectId a UUID
 * @param key in the object store
 * @param userId whose object it is; null for those of the app itself
 * @param at when it happened
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ObjectEvent(
        AppId appId,
        long sequence,
        Kind kind,
        String objectId,
        String key,
        String filename,
        String contentType,
        long sizeBytes,
        @Nullable String userId,
        Instant at) {
    public static final int VERSION = 1;

    /** On the wire in lower case. */
    public enum Kind {
        /** All of its bytes have arrived. */
        @JsonProperty("created")
        CREATED,
        /** Something that is known of it has changed; its bytes never do. */
        @JsonProperty("updated")
        UPDATED,
        @JsonProperty("deleted")
        DELETED
    }

    /** Such as {@code storage.object.created}. */
    @JsonProperty
    public String type() {
        return "storage.object." + kind.name().toLowerCase(Locale.ROOT);
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }
}
