package dev.ghee.contracts;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody has signed up or in, and the app wants one of its functions to hear of it, as it is on
 * {@code ghee.functions}. May come twice: {@code id} tells.
 *
 * @param function name of the app's function
 * @param payload what the function is called with
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AuthEvent(String id, AppId appId, String function, Instant at, Payload payload) {
    public static final String TYPE = "auth.signed_in";
    public static final int VERSION = 1;

    @JsonProperty
    public String type() {
        return TYPE;
    }

    @JsonProperty
    public int version() {
        return VERSION;
    }

    /**
     * Body of the call to the function.
     *
     * @param event {@code signup}, {@code login}, {@code magic_link_login}, {@code oauth_login} and others to come
     * @param provider how the user signed in: {@code email}, or a provider's name
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Payload(
            String event,
            User user,
            @JsonProperty("isNewUser") boolean isNewUser,
            String provider) {}

    /** The user, as little of it as the function needs. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record User(
            String id,
            String email,
            String provider,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("avatar_url") @Nullable String avatarUrl) {

        @Override
        public String toString() {
            return "User[" + id + "]";
        }
    }
}
