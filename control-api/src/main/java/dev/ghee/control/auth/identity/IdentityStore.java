package dev.ghee.control.auth.identity;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Identities in an app's database. Each method is one statement, so it happens as a whole or not at all. */
@ApplicationScoped
class IdentityStore {
    /** Of one user. */
    static final int MAX_IDENTITIES = 25;

    private static final String COLUMNS = "id, provider, email, email_verified, created_at, last_sign_in_at";

    private static final String SEEN = """
            UPDATE ghee.identities SET last_sign_in_at = now(), email = $3, email_verified = $4
            WHERE provider = $1 AND subject = $2
            RETURNING user_id""";
    private static final String OWNER = "SELECT user_id FROM ghee.identities WHERE provider = $1 AND subject = $2";
    private static final String ACCOUNT = "SELECT id, email_verified FROM ghee.users WHERE email = $1";

    private static final String CREATE = """
            WITH u AS (
              INSERT INTO ghee.users AS u (id, email, email_verified, provider, provider_uid, display_name, avatar_url)
              SELECT $1, $5, $7, $2, $3, $8, $9
              WHERE NOT EXISTS (SELECT FROM ghee.identities WHERE provider = $2 AND subject = $3)
              ON CONFLICT (email) DO NOTHING
              RETURNING *),
            linked AS (
              INSERT INTO ghee.identities (provider, subject, user_id, email, email_verified, last_sign_in_at)
              SELECT $2, $3, id, $4, $6, now() FROM u)
            SELECT %s FROM u""".formatted(User.COLUMNS);

    // The address is compared again: what was true when the account was looked up need not be any more.
    private static final String LINK_BY_ADDRESS = """
            INSERT INTO ghee.identities (provider, subject, user_id, email, email_verified, last_sign_in_at)
            SELECT $1, $2, id, $4, true, now() FROM ghee.users
            WHERE id = $3 AND email = $4 AND email_verified
              AND (SELECT count(*) FROM ghee.identities WHERE user_id = $3) < $5
            ON CONFLICT (provider, subject) DO NOTHING
            RETURNING user_id""";
    private static final String LINK = """
            INSERT INTO ghee.identities (provider, subject, user_id, email, email_verified)
            SELECT $1, $2, id, $4, $5 FROM ghee.users
            WHERE id = $3 AND (SELECT count(*) FROM ghee.identities WHERE user_id = $3) < $6
            ON CONFLICT (provider, subject) DO NOTHING
            RETURNING %s""".formatted(COLUMNS);
    private static final String RECLAIM = "SELECT ghee.reclaim_user($1, $2) AS ended";
    private static final String PROFILE = """
            UPDATE ghee.users SET display_name = $2, avatar_url = $3, updated_at = now() WHERE id = $1 RETURNING id""";
    private static final String OF_USER =
            "SELECT " + COLUMNS + " FROM ghee.identities WHERE user_id = $1 ORDER BY created_at, id";
    private static final String UNLINK = "SELECT ghee.unlink_identity($1, $2) AS outcome";
    private static final String SESSION = """
            SELECT 1 FROM ghee.sessions
            WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND expires_at > now()""";

    private final OwnerSql sql;

    IdentityStore(OwnerSql sql) {
        this.sql = sql;
    }

    /** An account that has the address. */
    record Account(UUID userId, boolean emailVerified) {}

    /** What became of an identity that was to be taken away. */
    enum Unlinked {
        GONE,
        LAST,
        UNKNOWN
    }

    /** The user whom this identity belongs to; notes what the provider says now. */
    Optional<UUID> seen(AppState app, ExternalIdentity identity) {
        return sql.first(
                        app,
                        SEEN,
                        Tuple.of(identity.provider(), identity.subject(), address(identity), identity.emailVerified()))
                .map(row -> row.getUUID("user_id"));
    }

    Optional<UUID> owner(AppState app, String provider, String subject) {
        return sql.first(app, OWNER, Tuple.of(provider, subject)).map(row -> row.getUUID("user_id"));
    }

    Optional<Account> account(AppState app, Email email) {
        return sql.first(app, ACCOUNT, Tuple.of(email.value()))
                .map(row -> new Account(row.getUUID("id"), row.getBoolean("email_verified")));
    }

    /** A new user with this address; empty when the address or the identity is taken. */
    Optional<User> create(AppState app, ExternalIdentity identity, Email address, boolean verified) {
        Tuple parameters = Tuple.of(
                        UUID.randomUUID(), identity.provider(), identity.subject(), address(identity), address.value())
                .addBoolean(identity.emailVerified())
                .addBoolean(verified)
                .addString(identity.displayName())
                .addString(identity.avatarUrl());
        return sql.first(app, CREATE, parameters).map(User::of);
    }

    /** False when the account no longer has this address as a verified one, or the identity is taken. */
    boolean linkByAddress(AppState app, UUID userId, ExternalIdentity identity, Email address) {
        return sql.first(
                        app,
                        LINK_BY_ADDRESS,
                        Tuple.of(identity.provider(), identity.subject(), userId, address.value(), MAX_IDENTITIES))
                .isPresent();
    }

    /** Empty when the identity is taken, the user has gone or has as many as there may be. */
    Optional<Identity> link(AppState app, UUID userId, LinkTickets.Vouched vouched) {
        return sql.first(
                        app,
                        LINK,
                        Tuple.of(
                                vouched.provider(),
                                vouched.subject(),
                                userId,
                                vouched.email(),
                                vouched.emailVerified(),
                                MAX_IDENTITIES))
                .map(Identity::of);
    }

    /** The sessions that ended; empty when the account is verified by now, or has another address. */
    Optional<List<UUID>> reclaim(AppState app, UUID userId, Email address) {
        return sql.first(app, RECLAIM, Tuple.of(userId, address.value()))
                .map(row -> row.getArrayOfUUIDs("ended"))
                .map(List::of);
    }

    void profile(AppState app, UUID userId, ExternalIdentity identity) {
        sql.all(app, PROFILE, Tuple.of(userId, identity.displayName(), identity.avatarUrl()));
    }

    List<Identity> ofUser(AppState app, UUID userId) {
        List<Identity> all = new ArrayList<>();
        for (Row row : sql.all(app, OF_USER, Tuple.of(userId))) {
            all.add(Identity.of(row));
        }
        return all;
    }

    Unlinked unlink(AppState app, UUID userId, UUID identity) {
        String outcome = sql.first(app, UNLINK, Tuple.of(userId, identity))
                .map(row -> row.getString("outcome"))
                .orElse("unknown");
        return Unlinked.valueOf(outcome.toUpperCase(Locale.ROOT));
    }

    boolean sessionLives(AppState app, UUID userId, UUID session) {
        return sql.first(app, SESSION, Tuple.of(session, userId)).isPresent();
    }

    private static @Nullable String address(ExternalIdentity identity) {
        return identity.email().map(Email::value).orElse(null);
    }
}
