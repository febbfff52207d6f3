package dev.ghee.control.auth.identity;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Single-use secrets of a link under way, 43 characters, 10 minutes: one that the browser takes along when it leaves for
 * the provider, and one that it brings back for its user to confirm. Both belong to a user and a session: somebody else
 * who is tricked into using one gets nowhere. Only their SHA-256 is stored.
 */
@ApplicationScoped
public class LinkTickets {
    private static final int BYTES = 32;
    private static final int LENGTH = 43;

    private static final String INSERT = """
            WITH outlived AS (
              DELETE FROM ghee.identity_tickets WHERE ticket_hash IN (
                SELECT ticket_hash FROM ghee.identity_tickets WHERE expires_at < now() LIMIT 20 FOR UPDATE SKIP LOCKED))
            INSERT INTO ghee.identity_tickets
              (ticket_hash, provider, subject, user_id, session_id, email, email_verified, expires_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, now() + interval '10 minutes'""";
    private static final String TAKE = """
            DELETE FROM ghee.identity_tickets
            WHERE ticket_hash = $1 AND (subject IS NULL) = $2
            RETURNING provider, subject, user_id, session_id, email, email_verified, expires_at > now() AS alive""";

    private final OwnerSql sql;
    private final SecureRandom random = new SecureRandom();

    LinkTickets(OwnerSql sql) {
        this.sql = sql;
    }

    /** Who links. */
    public record Linker(UUID userId, UUID sessionId) {}

    /** A link that may leave for the provider. */
    public record Begun(String provider, Linker linker) {}

    /** An identity that its user has to confirm. */
    public record Vouched(
            String provider,
            String subject,
            Linker linker,
            @Nullable String email,
            boolean emailVerified) {}

    String begin(AppState app, String provider, Linker linker) {
        return insert(app, provider, null, linker, null, false);
    }

    /** For the browser to bring back. */
    public String vouched(AppState app, Linker linker, ExternalIdentity identity) {
        return insert(
                app,
                identity.provider(),
                identity.subject(),
                linker,
                identity.email().map(email -> email.value()).orElse(null),
                identity.emailVerified());
    }

    /** Uses the ticket up; empty when it is unknown, used or too old. */
    public Optional<Begun> takeBegun(AppState app, String ticket) {
        return take(app, ticket, true)
                .map(row -> new Begun(
                        row.getString("provider"), new Linker(row.getUUID("user_id"), row.getUUID("session_id"))));
    }

    Optional<Vouched> takeVouched(AppState app, String ticket) {
        return take(app, ticket, false)
                .map(row -> new Vouched(
                        row.getString("provider"),
                        row.getString("subject"),
                        new Linker(row.getUUID("user_id"), row.getUUID("session_id")),
                        row.getString("email"),
                        row.getBoolean("email_verified")));
    }

    private String insert(
            AppState app,
            String provider,
            @Nullable String subject,
            Linker linker,
            @Nullable String email,
            boolean emailVerified) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Tuple parameters = Tuple.of(hash(ticket), provider, subject, linker.userId(), linker.sessionId(), email);
        sql.all(app, INSERT, parameters.addBoolean(emailVerified));
        return ticket;
    }

    private Optional<Row> take(AppState app, String ticket, boolean begun) {
        return ticket.length() == LENGTH
                ? sql.first(app, TAKE, Tuple.of(hash(ticket), begun)).filter(row -> row.getBoolean("alive"))
                : Optional.empty();
    }

    private static Buffer hash(String ticket) {
        try {
            return Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(ticket.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
