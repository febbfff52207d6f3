package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What administrators do with an app's users. Waits: call from a virtual thread. */
@ApplicationScoped
class UserAdministration {
    private static final String PAGE = """
            SELECT %s FROM ghee.users u
            WHERE ($1::timestamptz IS NULL OR (created_at, id) < ($1::timestamptz, $2::uuid))
              AND ($4::text IS NULL OR email LIKE $4 OR lower(display_name) LIKE $4 OR id::text LIKE $4)
              AND ($5::text IS NULL OR provider = $5)
              AND ($6::boolean IS NULL OR email_verified = $6)
              AND ($7::boolean IS NULL OR coalesce(banned_until > now(), false) = $7)
            ORDER BY created_at DESC, id DESC LIMIT $3""".formatted(AdministeredUser.COLUMNS);
    private static final String FIND = "SELECT " + AdministeredUser.COLUMNS + " FROM ghee.users u WHERE id = $1";
    private static final String CREATE = """
            WITH u AS (
              INSERT INTO ghee.users (id, email, email_verified, password_hash, display_name, claims)
              VALUES ($1, $2, $3, $4, $5, $6::text::jsonb)
              ON CONFLICT (email) DO NOTHING
              RETURNING *)
            SELECT %s FROM u""".formatted(AdministeredUser.COLUMNS);

    // Codes were mailed to the old address, or would undo the new password.
    private static final String UPDATE = """
            WITH changed AS (
              UPDATE ghee.users SET
                email = coalesce($2, email),
                email_verified = CASE
                  WHEN $3::boolean IS NOT NULL THEN $3
                  WHEN $2 IS DISTINCT FROM email AND $2 IS NOT NULL THEN false
                  ELSE email_verified END,
                provider = CASE WHEN is_anonymous AND $2 IS NOT NULL THEN 'email' ELSE provider END,
                is_anonymous = is_anonymous AND $2 IS NULL,
                password_hash = coalesce($4, password_hash),
                display_name = CASE WHEN $5 THEN $6 ELSE display_name END,
                claims = coalesce($7::text::jsonb, claims),
                updated_at = now()
              WHERE id = $1
              RETURNING *),
            codes AS (
              DELETE FROM ghee.one_time_codes c USING changed
              WHERE c.user_id = changed.id AND ($2 IS NOT NULL OR $4 IS NOT NULL)),
            ended AS (
              UPDATE ghee.sessions s SET revoked_at = now(), revoked_reason = 'password_reset' FROM changed
              WHERE s.user_id = changed.id AND s.revoked_at IS NULL AND $4 IS NOT NULL
              RETURNING s.id)
            SELECT %s, ARRAY(SELECT id FROM ended) AS ended_sessions FROM changed u""".formatted(AdministeredUser.COLUMNS);
    private static final String BAN = """
            WITH changed AS (
              UPDATE ghee.users SET banned_until = $2, ban_reason = $3, updated_at = now() WHERE id = $1
              RETURNING *),
            ended AS (
              UPDATE ghee.sessions s SET revoked_at = now(), revoked_reason = 'suspended' FROM changed
              WHERE s.user_id = changed.id AND s.revoked_at IS NULL
              RETURNING s.id)
            SELECT %s, ARRAY(SELECT id FROM ended) AS ended_sessions FROM changed u""".formatted(AdministeredUser.COLUMNS);
    private static final String UNBAN = """
            UPDATE ghee.users u SET banned_until = NULL, ban_reason = NULL, updated_at = now() WHERE id = $1
            RETURNING %s""".formatted(AdministeredUser.COLUMNS);

    private static final String UNIQUE_VIOLATION = "23505";

    private final OwnerSql sql;
    private final UserEvents events;

    UserAdministration(OwnerSql sql, UserEvents events) {
        this.sql = sql;
        this.events = events;
    }

    /**
     * Which users to list; null for all.
     *
     * @param search part of the address, the display name or the id, in lower case
     */
    record Filter(
            @Nullable String search,
            @Nullable String provider,
            @Nullable Boolean emailVerified,
            @Nullable Boolean banned) {
        private @Nullable String pattern() {
            return search == null
                    ? null
                    : "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
        }
    }

    /** Newest first, starting behind the cursor. */
    List<AdministeredUser> page(AppState app, Filter filter, @Nullable UserCursor after, int limit) {
        OffsetDateTime time = after == null ? null : after.createdAt().atOffset(ZoneOffset.UTC);
        UUID id = after == null ? null : after.id();
        Tuple parameters = Tuple.of(time, id, limit, filter.pattern(), filter.provider())
                .addBoolean(filter.emailVerified())
                .addBoolean(filter.banned());
        List<AdministeredUser> users = new ArrayList<>();
        sql.all(app, PAGE, parameters).forEach(row -> users.add(AdministeredUser.of(row)));
        return users;
    }

    Optional<AdministeredUser> find(AppState app, UUID id) {
        return sql.first(app, FIND, Tuple.of(id)).map(AdministeredUser::of);
    }

    /**
     * A user to make.
     *
     * @param passwordHash null for a user who has to set a password by mail first, or signs in otherwise
     * @param claims a JSON object
     */
    record NewUser(
            Email email,
            boolean emailVerified,
            @Nullable String passwordHash,
            @Nullable String displayName,
            String claims) {
        @Override
        public String toString() {
            return "NewUser[…]";
        }
    }

    /** Empty when the address has an account. */
    Optional<AdministeredUser> create(AppState app, NewUser user) {
        Tuple parameters = Tuple.of(
                UUID.randomUUID(),
                user.email().value(),
                user.emailVerified(),
                user.passwordHash(),
                user.displayName(),
                user.claims());
        return sql.first(app, CREATE, parameters).map(AdministeredUser::of);
    }

    /**
     * What to change; null leaves as it is. A new address is unverified unless said otherwise.
     *
     * @param changesName whether the display name is replaced, which null then removes
     */
    record Change(
            @Nullable Email email,
            @Nullable Boolean emailVerified,
            @Nullable String passwordHash,
            boolean changesName,
            @Nullable String displayName,
            @Nullable String claims) {
        @Override
        public String toString() {
            return "Change[…]";
        }
    }

    /**
     * Changes the user; a new password ends all sessions. Empty when there is no such user. Fails with 409
     * {@code RESOURCE_ALREADY_EXISTS} when another user has the address.
     */
    Optional<AdministeredUser> update(AppState app, UUID id, Change change) {
        Tuple parameters = Tuple.of(
                        id, change.email() == null ? null : change.email().value())
                .addBoolean(change.emailVerified())
                .addString(change.passwordHash())
                .addBoolean(change.changesName())
                .addString(change.displayName())
                .addString(change.claims());
        Optional<Row> changed = withoutDoubles(() -> sql.first(app, UPDATE, parameters));
        if (change.passwordHash() != null) {
            changed.ifPresent(
                    row -> events.signedOutEverywhere(app, id, List.of(row.getArrayOfUUIDs("ended_sessions"))));
        }
        return changed.map(AdministeredUser::of);
    }

    /** Ends the user's sessions and sockets, and lets nobody sign in until then. Empty when there is no such user. */
    Optional<AdministeredUser> ban(AppState app, UUID id, Instant until, @Nullable String reason) {
        Optional<Row> banned = sql.first(app, BAN, Tuple.of(id, until.atOffset(ZoneOffset.UTC), reason));
        banned.ifPresent(row -> events.suspended(app, id, List.of(row.getArrayOfUUIDs("ended_sessions"))));
        return banned.map(AdministeredUser::of);
    }

    Optional<AdministeredUser> unban(AppState app, UUID id) {
        return sql.first(app, UNBAN, Tuple.of(id)).map(AdministeredUser::of);
    }

    private static <T> T withoutDoubles(Supplier<T> statement) {
        try {
            return statement.get();
        } catch (GheeException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof PgException pg && UNIQUE_VIOLATION.equals(pg.getSqlState())) {
                    throw new GheeException(ErrorCode.RESOURCE_ALREADY_EXISTS, "Another user has this address", e);
                }
            }
            throw e;
        }
    }
}
