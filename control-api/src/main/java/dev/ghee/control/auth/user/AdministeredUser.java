package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user as the app's administrators see it.
 *
 * @param bannedUntil when the account may be used again, or null when it may
 * @param claims a JSON object
 * @param created {@code createdAt} to the microsecond, for cursors
 * @param passwordHash only where an export asks for it
 */
public record AdministeredUser(
        UUID id,
        String email,
        String provider,
        @JsonProperty("provider_uid") @Nullable String providerUid,
        @JsonProperty("email_verified") boolean emailVerified,
        @JsonProperty("last_sign_in_at") @Nullable String lastSignInAt,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("display_name") @Nullable String displayName,
        @JsonProperty("avatar_url") @Nullable String avatarUrl,
        @JsonProperty("is_anonymous") boolean isAnonymous,
        @JsonProperty("has_password") boolean hasPassword,
        @JsonProperty("banned_until") @Nullable String bannedUntil,
        @JsonProperty("ban_reason") @Nullable String banReason,
        @JsonRawValue String claims,
        @JsonIgnore Instant created,

        @JsonProperty("password_hash") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
        String passwordHash) {

    /** What {@link #of} reads, of a table with alias {@code u}. */
    static final String COLUMNS = User.COLUMNS
            + ", u.password_hash, CASE WHEN u.banned_until > now() THEN u.banned_until END AS banned_until,"
            + " CASE WHEN u.banned_until > now() THEN u.ban_reason END AS ban_reason";

    static AdministeredUser of(Row row) {
        return of(row, false);
    }

    static AdministeredUser of(Row row, boolean withHash) {
        User user = User.of(row);
        OffsetDateTime bannedUntil = row.getOffsetDateTime("banned_until");
        return new AdministeredUser(
                user.id(),
                user.email(),
                user.provider(),
                user.providerUid(),
                user.emailVerified(),
                WireTime.ofNullable(user.lastSignInAt()),
                WireTime.of(user.createdAt()),
                user.displayName(),
                user.avatarUrl(),
                user.isAnonymous(),
                row.getString("password_hash") != null,
                bannedUntil == null ? null : WireTime.of(bannedUntil.toInstant()),
                row.getString("ban_reason"),
                user.claims(),
                user.createdAt(),
                withHash ? row.getString("password_hash") : null);
    }

    UserCursor cursor() {
        return new UserCursor(created, id);
    }

    @Override
    public String toString() {
        return "AdministeredUser[" + id + "]";
    }
}
