package dev.ghee.control.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.WireTime;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Bodies of the sign-in routes' answers. */
public final class Answers {
    private Answers() {}

    /** What happened, in words for people. */
    public record Message(String message) {}

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

    /** Of every way to sign in. */
    @RegisterForReflection(targets = {Session.class, SignedIn.class, SecondFactorDue.class})
    public sealed interface SigningIn {}

    /**
     * No tokens yet: what was shown is right, and a second factor has to be shown as well.
     *
     * @param mfaRequired always true; answers with tokens do not have it
     * @param challengeToken to be sent with the second factor; good for one sign-in
     * @param challengeExpiresIn seconds
     * @param factors which kinds the user may answer with, such as {@code totp}
     */
    public record SecondFactorDue(
            boolean success,
            @JsonProperty("mfa_required") boolean mfaRequired,
            @JsonProperty("challenge_token") String challengeToken,
            @JsonProperty("challenge_expires_in") long challengeExpiresIn,
            List<String> factors)
            implements SigningIn {

        @Override
        public String toString() {
            return "SecondFactorDue[…]";
        }
    }

    /** Of sign-in and, with the user as an addition, of refresh. */
    public record Session(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("refresh_token") String refreshToken,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("token_type") String tokenType,
            SignedIn user)
            implements SigningIn {

        @Override
        public String toString() {
            return "Session[" + user.id() + "]";
        }
    }

    /** A session whose assurance was raised; the refresh token that the client has stays good. */
    public record SteppedUp(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("token_type") String tokenType,
            SignedIn user) {
        @Override
        public String toString() {
            return "SteppedUp[" + user.id() + "]";
        }
    }

    /** The user as sign-in shows it. */
    public record SignedIn(
            UUID id,
            String email,
            @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("avatar_url") @Nullable String avatarUrl) {

        public static SignedIn of(User user) {
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
