package dev.ghee.control.auth.user;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user of an app.
 *
 * @param email empty for an anonymous user
 * @param provider {@code email} for those who sign in with a password
 * @param lastSignInAt null before the first sign-in
 * @param isAnonymous true for a user without address and password, who may become a full one
 * @param claims what administrators have said of the user, a JSON object; part of its access tokens
 */
public record User(
        UUID id,
        String email,
        boolean emailVerified,
        String provider,
        @Nullable String providerUid,
        @Nullable String displayName,
        @Nullable String avatarUrl,
        Instant createdAt,
        @Nullable Instant lastSignInAt,
        boolean isAnonymous,
        String claims) {

    /** The columns that {@link #of} reads, of a table with alias {@code u}. */
    public static final String COLUMNS = "u.id, coalesce(u.email, '') AS email, u.email_verified, u.provider,"
            + " u.provider_uid, u.display_name, u.avatar_url, u.created_at, u.last_sign_in_at, u.is_anonymous,"
            + " u.claims::text AS claims";

    public static User of(Row row) {
        return new User(
                row.getUUID("id"),
                row.getString("email"),
                row.getBoolean("email_verified"),
                row.getString("provider"),
                row.getString("provider_uid"),
                row.getString("display_name"),
                row.getString("avatar_url"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row.getOffsetDateTime("last_sign_in_at")),
                row.getBoolean("is_anonymous"),
                row.getString("claims"));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    @Override
    public String toString() {
        return "User[" + id + "]";
    }
}
