package dev.ghee.control.auth.anonymous;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.code.CodeFactory;
import dev.ghee.control.auth.code.MailedCode;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Anonymous users of an app's database. */
@ApplicationScoped
class AnonymousStore {
    private static final String ALLOWED = "SELECT anonymous FROM ghee.sign_in_methods";
    private static final String ALLOW = """
            INSERT INTO ghee.sign_in_methods (anonymous) VALUES ($1)
            ON CONFLICT (id) DO UPDATE SET anonymous = excluded.anonymous""";
    private static final String CREATE = """
            INSERT INTO ghee.users (id, is_anonymous, provider) VALUES ($1, true, 'anonymous')""";
    private static final String WANT = """
            INSERT INTO ghee.account_upgrades (user_id, email, password_hash, code_hash, expires_at)
            SELECT id, $2, $3, $4, now() + make_interval(secs => $5) FROM ghee.users WHERE id = $1 AND is_anonymous
            ON CONFLICT (user_id) DO UPDATE
              SET email = excluded.email, password_hash = excluded.password_hash, code_hash = excluded.code_hash,
                  expires_at = excluded.expires_at, failures = 0""";
    private static final String WANTED = """
            SELECT email FROM ghee.account_upgrades WHERE user_id = $1 AND expires_at > now()""";

    // Counts a wrong guess. No row: nothing is wanted, or no guesses are left.
    private static final String GUESS = """
            UPDATE ghee.account_upgrades SET failures = failures + (code_hash <> $2)::int
            WHERE user_id = $1 AND failures < $3 AND expires_at > now()
            RETURNING code_hash = $2 AS good""";

    // The same user id: whatever rows the user has stay its own.
    private static final String UPGRADE = """
            WITH wanted AS (
              DELETE FROM ghee.account_upgrades WHERE user_id = $1 AND code_hash = $2 AND expires_at > now()
              RETURNING email, password_hash)
            UPDATE ghee.users u
            SET email = w.email, password_hash = w.password_hash, email_verified = true, is_anonymous = false,
                provider = 'email', updated_at = now()
            FROM wanted w
            WHERE u.id = $1 AND u.is_anonymous
              AND NOT EXISTS (SELECT FROM ghee.users other WHERE other.email = w.email)
            RETURNING %s""".formatted(User.COLUMNS);

    private final OwnerSql sql;
    private final CodeFactory codes;
    private final EndUserAuthConfig.Code config;

    AnonymousStore(OwnerSql sql, CodeFactory codes, EndUserAuthConfig config) {
        this.sql = sql;
        this.codes = codes;
        this.config = config.code();
    }

    /** Off until an administrator turns it on. */
    boolean allowed(AppState app) {
        return sql.first(app, ALLOWED, Tuple.tuple())
                .map(row -> row.getBoolean("anonymous"))
                .orElse(false);
    }

    void allow(AppState app, boolean allowed) {
        sql.all(app, ALLOW, Tuple.of(allowed));
    }

    UUID create(AppState app) {
        UUID id = UUID.randomUUID();
        sql.all(app, CREATE, Tuple.of(id));
        return id;
    }

    /** Replaces what the user wanted before. */
    void want(AppState app, UUID userId, Email email, String passwordHash, MailedCode code) {
        sql.all(app, WANT, Tuple.of(userId, email.value(), passwordHash, Buffer.buffer(code.codeHash()), (double)
                code.ttl().toSeconds()));
    }

    /**
     * Makes a full account of the user. Fails with 400 when the code is not right, and with 409 when the address has an
     * account already, which only somebody learns who reads its mail.
     */
    User upgrade(AppState app, UUID userId, String code) {
        Email email = sql.first(app, WANTED, Tuple.of(userId))
                .flatMap(row -> Email.parse(row.getString("email")))
                .orElseThrow(AnonymousStore::invalid);
        Buffer hash = Buffer.buffer(codes.codeHash(app.appId(), email, MailedCode.Purpose.UPGRADE_ACCOUNT, code));
        boolean good = sql.first(app, GUESS, Tuple.of(userId, hash, config.attempts()))
                .map(row -> row.getBoolean("good"))
                .orElse(false);
        if (!good) {
            throw invalid();
        }
        Row row = sql.first(app, UPGRADE, Tuple.of(userId, hash))
                .orElseThrow(() -> new GheeException(
                        ErrorCode.RESOURCE_ALREADY_EXISTS, "This address has an account already; sign in to it"));
        return User.of(row);
    }

    private static GheeException invalid() {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The code is not valid or has expired");
    }
}
