package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * Something that ends what a user of an app was allowed, as it is on {@code ghee.user-events}: whoever serves the user
 * over a long time has to stop.
 *
 * @param userId the subject of the user's tokens
 * @param at access tokens issued before are void, unless only sessions have ended
 * @param sessions ids of the sessions that ended, the {@code sid} of their tokens; their tokens are void whenever issued
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UserEvent(AppId appId, String userId, Kind kind, Instant at, List<String> sessions) {
    public static final String TYPE = "user";
    public static final int VERSION = 1;

    /** What happened to the user. */
    public enum Kind {
        /** The account is gone; every token of it is void. */
        @JsonProperty("deleted")
        DELETED,
        /** The account may not be used for now. */
        @JsonProperty("suspended")
        SUSPENDED,
        /** All sessions have ended. */
        @JsonProperty("signed_out_everywhere")
        SIGNED_OUT_EVERYWHERE,
        /** The named sessions have ended, and no others. */
        @JsonProperty("sessions_ended")
        SESSIONS_ENDED
    }

    /** Null sessions, as an older writer may leave them out, are none. */
    @SuppressWarnings("NullAway") // Jackson gives null for what is missing
    public UserEvent {
        sessions = sessions == null ? List.of() : List.copyOf(sessions);
    }

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }
}
