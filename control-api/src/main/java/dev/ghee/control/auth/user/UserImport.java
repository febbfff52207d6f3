package dev.ghee.control.auth.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.control.auth.token.CustomClaims;
import dev.ghee.errors.GheeException;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Brings users from elsewhere, with the password hashes they have there. A batch is one statement; a row that does not
 * fit, or whose address or id is taken, keeps none of the others out. Waits: call from a virtual thread.
 */
@ApplicationScoped
class UserImport {
    private static final int MAX_URL = 2048;
    private static final Instant EARLIEST = Instant.parse("1990-01-01T00:00:00Z");

    private static final String INSERT = """
            INSERT INTO ghee.users (id, email, email_verified, password_hash, display_name, avatar_url, claims,
              banned_until, ban_reason, created_at)
            SELECT r.id, r.email, r.email_verified, r.password_hash, r.display_name, r.avatar_url, r.claims,
              r.banned_until, r.ban_reason, r.created_at
            FROM jsonb_to_recordset($1::text::jsonb) AS r (id uuid, email text, email_verified boolean,
              password_hash text, display_name text, avatar_url text, claims jsonb, banned_until timestamptz,
              ban_reason text, created_at timestamptz)
            ON CONFLICT DO NOTHING RETURNING id""";

    private final OwnerSql sql;

    UserImport(OwnerSql sql) {
        this.sql = sql;
    }

    /** A user as an export has it, of which all but the address may be left out; other fields are ignored. */
    record Row(
            @Nullable String id,
            @Nullable String email,
            @JsonProperty("email_verified") @Nullable Boolean emailVerified,
            @JsonProperty("password_hash") @Nullable String passwordHash,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("avatar_url") @Nullable String avatarUrl,
            @Nullable JsonNode claims,
            @JsonProperty("banned_until") @Nullable String bannedUntil,
            @JsonProperty("ban_reason") @Nullable String banReason,
            @JsonProperty("created_at") @Nullable String createdAt) {
        @Override
        public String toString() {
            return "Row[…]";
        }
    }

    /** What the database is given. */
    private record Checked(
            UUID id,
            String email,
            @JsonProperty("email_verified") boolean emailVerified,
            @JsonProperty("password_hash") @Nullable String passwordHash,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("avatar_url") @Nullable String avatarUrl,
            JsonNode claims,
            @JsonProperty("banned_until") @Nullable String bannedUntil,
            @JsonProperty("ban_reason") @Nullable String banReason,
            @JsonProperty("created_at") String createdAt) {}

    /** What became of a row. */
    enum Status {
        @JsonProperty("imported")
        IMPORTED,
        /** Another user has the address or the id. */
        @JsonProperty("exists")
        EXISTS,
        @JsonProperty("invalid")
        INVALID
    }

    /**
     * What became of the row at this place of the batch, counted from 0.
     *
     * @param id of the user that was made, else null
     * @param details what does not fit, when the row is invalid
     */
    record Result(
            int index,
            Status status,
            @Nullable UUID id,
            @Nullable Object details) {
        private Result settled(Set<UUID> made) {
            if (status == Status.INVALID) {
                return this;
            }
            return id != null && made.contains(id)
                    ? new Result(index, Status.IMPORTED, id, null)
                    : new Result(index, Status.EXISTS, null, null);
        }
    }

    /** One result per row, in order. */
    List<Result> add(AppState app, List<@Nullable Row> rows) {
        List<Result> results = new ArrayList<>(rows.size());
        List<Checked> wanted = new ArrayList<>();
        Set<UUID> ids = new HashSet<>();
        for (int i = 0; i < rows.size(); i++) {
            try {
                Checked row = check(rows.get(i));
                if (!ids.add(row.id())) {
                    throw AdminCall.invalidBody("id", "Must not be twice in a batch");
                }
                wanted.add(row);
                results.add(new Result(i, Status.EXISTS, row.id(), null));
            } catch (GheeException e) {
                results.add(new Result(i, Status.INVALID, null, e.details()));
            }
        }
        Set<UUID> made = insert(app, wanted);
        return results.stream().map(result -> result.settled(made)).toList();
    }

    private Set<UUID> insert(AppState app, List<Checked> wanted) {
        Set<UUID> made = new HashSet<>();
        if (!wanted.isEmpty()) {
            String json = new String(Contracts.write(wanted), StandardCharsets.UTF_8);
            sql.all(app, INSERT, Tuple.of(json)).forEach(row -> made.add(row.getUUID("id")));
        }
        return made;
    }

    private static Checked check(@Nullable Row row) {
        if (row == null) {
            throw AdminCall.invalidBody("", "Must be an object");
        }
        return new Checked(
                row.id() == null ? UUID.randomUUID() : id(row.id()),
                UserBodies.email(row.email()).value(),
                Boolean.TRUE.equals(row.emailVerified()),
                hash(row.passwordHash()),
                UserBodies.displayName(row.displayName()),
                url(row.avatarUrl()),
                claims(row.claims()),
                time("banned_until", row.bannedUntil(), UserBodies.FOREVER).orElse(null),
                UserBodies.reason(row.banReason()),
                time("created_at", row.createdAt(), Instant.now()).orElseGet(() -> WireTime.of(Instant.now())));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw AdminCall.invalidBody("id", "Must be a UUID");
        }
    }

    private static @Nullable String hash(@Nullable String text) {
        if (text != null && !PasswordHasher.understands(text)) {
            throw AdminCall.invalidBody("password_hash", "Must be Argon2, bcrypt or scrypt, of bearable cost");
        }
        return text;
    }

    private static @Nullable String url(@Nullable String text) {
        if (text != null && (text.length() > MAX_URL || !text.startsWith("https://"))) {
            throw AdminCall.invalidBody("avatar_url", "Must be an https URL of at most " + MAX_URL + " characters");
        }
        return text;
    }

    private static JsonNode claims(@Nullable JsonNode sent) {
        if (sent == null || sent.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        CustomClaims.of(sent);
        return sent;
    }

    private static Optional<String> time(String field, @Nullable String text, Instant latest) {
        if (text == null) {
            return Optional.empty();
        }
        Instant time = UserBodies.time(text)
                .filter(at -> !at.isBefore(EARLIEST) && !at.isAfter(latest))
                .orElseThrow(() -> AdminCall.invalidBody(field, "Must be a time such as 2025-01-31T12:00:00Z"));
        return Optional.of(time.toString());
    }
}
