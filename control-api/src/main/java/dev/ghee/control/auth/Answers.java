package dev.ghee.control.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.WireTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Bodies of the sign-in routes' answers. */
final class Answers {
    private Answers() {}

    record Message(String message) {}

    record SignedUp(NewUser user, String message) {}

    record NewUser(
            UUID id,
            String email,
            @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("display_name") @Nullable String displayName) {

        static NewUser of(User user) {
            return new NewUser(user.id(), user.email(), user.emailVerified(), user.displayName());
        }
    }

    /** Of sign-in and, with the user as an addition, of refresh. */
    record Session(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("refresh_token") String refreshToken,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("token_type") String tokenType,
            SignedIn user) {

        @Override
        public String toString() {
            return "Session[" + user.id() + "]";
        }
    }

    record SignedIn(
            UUID id,
            String email,
            @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("avatar_url") @Nullable String avatarUrl) {

        static SignedIn of(User user) {
            return new SignedIn(user.id(), user.email(), user.emailVerified(), user.displayName(), user.avatarUrl());
        }
    }

    record Me(
            UUID id,
            String email,
            @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("avatar_url") @Nullable String avatarUrl,
            String provider,
            @JsonProperty("created_at") String createdAt,
            @JsonProperty("last_sign_in_at") @Nullable String lastSignInAt) {

        static Me of(User user) {
            return new Me(
                    user.id(),
                    user.email(),
                    user.emailVerified(),
                    user.displayName(),
                    user.avatarUrl(),
                    user.provider(),
                    WireTime.of(user.createdAt()),
                    WireTime.ofNullable(user.lastSignInAt()));
        }
    }
}
