package dev.ghee.control.auth.user;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.code.MailedCode;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The users of an app's database. */
@ApplicationScoped
public class UserStore {
    // The user and the code that verifies the address, or neither. Who has the address already is written anew as it
    // is, so that both cases wait for the log to reach the disk, and the time tells nobody which it was.
    private static final String SIGN_UP = """
            WITH u AS (
              INSERT INTO ghee.users (id, email, password_hash, display_name) VALUES ($1, $2, $3, $4)
              ON CONFLICT (email) DO UPDATE SET updated_at = users.updated_at
              RETURNING *),
            code AS (
              INSERT INTO ghee.one_time_codes (user_id, purpose, code_hash, expires_at)
              SELECT id, 'verify_email', $5, now() + make_interval(secs => $6) FROM u WHERE id = $1)
            SELECT %s FROM u WHERE id = $1""".formatted(User.COLUMNS);
    private static final String EXISTS = "SELECT 1 FROM ghee.users WHERE email = $1";
    private static final String BY_ID = "SELECT " + User.COLUMNS + " FROM ghee.users u WHERE id = $1";
    private static final String SET_CLAIMS = """
            UPDATE ghee.users u SET claims = $2::text::jsonb, updated_at = now() WHERE id = $1
            RETURNING %s""".formatted(User.COLUMNS);
    private static final String BANNED = "SELECT 1 FROM ghee.users WHERE id = $1 AND banned_until > now()";
    private static final String PASSWORD = """
            SELECT id, password_hash FROM ghee.users WHERE email = $1""";
    private static final String DELETE = "DELETE FROM ghee.users WHERE id = $1 RETURNING email";

    private final OwnerSql sql;
    private final UserEvents events;

    UserStore(OwnerSql sql, UserEvents events) {
        this.sql = sql;
        this.events = events;
    }

    /** What a password is checked against. */
    public record Password(UUID userId, @Nullable String hash) {
        @Override
        public String toString() {
            return "Password[" + userId + "]";
        }
    }

    /** A new user with a code to verify the address; empty when the address has an account. */
    public Optional<User> signUp(
            AppState app, Email email, String passwordHash, @Nullable String displayName, MailedCode code) {
        return sql.first(
                        app,
                        SIGN_UP,
                        Tuple.of(
                                UUID.randomUUID(),
                                email.value(),
                                passwordHash,
                                displayName,
                                Buffer.buffer(code.codeHash()),
                                (double) code.ttl().toSeconds()))
                .map(User::of);
    }

    public boolean exists(AppState app, Email email) {
        return sql.first(app, EXISTS, Tuple.of(email.value())).isPresent();
    }

    /** By the subject of a token. */
    public Optional<User> find(AppState app, String subject) {
        try {
            return sql.first(app, BY_ID, Tuple.of(UUID.fromString(subject))).map(User::of);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Replaces what administrators say of the user; empty when there is no such user.
     *
     * @param claims a JSON object
     */
    public Optional<User> setClaims(AppState app, UUID id, String claims) {
        return sql.first(app, SET_CLAIMS, Tuple.of(id, claims)).map(User::of);
    }

    /** Whether administrators have suspended the account for now. */
    public boolean banned(AppState app, UUID id) {
        return sql.first(app, BANNED, Tuple.of(id)).isPresent();
    }

    /** Empty when no account with this address signs in by password. */
    public Optional<Password> password(AppState app, Email email) {
        return sql.first(app, PASSWORD, Tuple.of(email.value()))
                .map(row -> new Password(row.getUUID("id"), row.getString("password_hash")));
    }

    /**
     * Removes the user with sessions and codes, ends what other services do for it, and gives the address; empty when
     * there is no such user.
     */
    Optional<String> delete(AppState app, UUID id) {
        if (find(app, id.toString()).isEmpty()) {
            return Optional.empty();
        }
        events.deleted(app, id);
        return sql.first(app, DELETE, Tuple.of(id))
                .map(row -> Optional.ofNullable(row.getString("email")).orElse(""));
    }
}
