package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.control.auth.token.CustomClaims;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bodies of the routes that administer users, and what their fields may hold. */
final class UserBodies {
    private static final int MAX_DISPLAY_NAME = 100;
    private static final int MAX_REASON = 500;

    /** The end of a ban without end: a time that every client can read. */
    static final Instant FOREVER = Instant.parse("9999-12-31T00:00:00Z");

    private UserBodies() {}

    /** A user to make; without a password the user sets one by mail, or signs in otherwise. */
    public record Create(
            @Nullable String email,
            @Nullable String password,
            @JsonProperty("email_verified") @Nullable Boolean emailVerified,
            @JsonProperty("display_name") @Nullable String displayName,
            @Nullable JsonNode claims) {
        @Override
        public String toString() {
            return "Create[…]";
        }
    }

    /** What to change of a user. What is absent stays; a display name of null goes. */
    public record Update(
            @Nullable String email,
            @Nullable String password,
            @JsonProperty("email_verified") @Nullable Boolean emailVerified,
            @JsonProperty("display_name") @Nullable JsonNode displayName,
            @Nullable JsonNode claims) {
        boolean changesNothing() {
            return email == null && password == null && emailVerified == null && displayName == null && claims == null;
        }

        @Override
        public String toString() {
            return "Update[…]";
        }
    }

    /** Without {@code until} the ban has no end. */
    public record Ban(@Nullable String until, @Nullable String reason) {}

    /** Why somebody acts as the user; kept in the audit log. */
    public record Impersonation(@Nullable String reason) {}

    static Email email(@Nullable String text) {
        if (text == null) {
            throw AdminCall.invalidBody("email", "Required");
        }
        return Email.parse(text).orElseThrow(() -> AdminCall.invalidBody("email", "Must be an e-mail address"));
    }

    /** Null when there is none. */
    static @Nullable String displayName(@Nullable String sent) {
        String name = sent == null ? "" : sent.strip();
        if (name.codePointCount(0, name.length()) > MAX_DISPLAY_NAME) {
            throw AdminCall.invalidBody("display_name", "Must have at most " + MAX_DISPLAY_NAME + " characters");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw AdminCall.invalidBody("display_name", "Must not contain control characters");
        }
        return name.isEmpty() ? null : name;
    }

    /** The object as JSON. */
    static String claims(JsonNode sent) {
        return CustomClaims.of(sent).json();
    }

    static @Nullable String reason(@Nullable String sent) {
        String reason = sent == null ? "" : sent.strip();
        if (reason.length() > MAX_REASON) {
            throw AdminCall.invalidBody("reason", "Must have at most " + MAX_REASON + " characters");
        }
        return reason.isEmpty() ? null : reason;
    }

    /** The time in RFC 3339 form; empty when it is none. */
    static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
