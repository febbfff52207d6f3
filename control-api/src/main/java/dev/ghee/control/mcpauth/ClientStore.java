package dev.ghee.control.mcpauth;

import dev.ghee.control.auth.store.ControlSql;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Registered programs. They have no secret, so nothing that they say is proved. Waits. */
@ApplicationScoped
class ClientStore {
    private static final int ID_BYTES = 12;
    // A program that registered and never asked for anything is forgotten after a while.
    private static final String INSERT = """
            WITH unused AS (
              DELETE FROM oauth_client c WHERE c.created_at < now() - interval '180 days'
                AND NOT EXISTS (SELECT FROM oauth_request r WHERE r.client_id = c.id))
            INSERT INTO oauth_client (id, name, redirect_uris) VALUES ($1, $2, $3) RETURNING created_at""";
    private static final String FIND = "SELECT id, name, redirect_uris FROM oauth_client WHERE id = $1";

    private final ControlSql sql;
    private final SecureRandom random = new SecureRandom();

    ClientStore(ControlSql sql) {
        this.sql = sql;
    }

    /** A program as it registered. */
    record Client(String id, String name, List<RedirectUri> redirectUris) {
        /** The registered address that this text names; empty when there is none. */
        Optional<RedirectUri> redirect(String text) {
            return RedirectUri.parse(text)
                    .filter(asked -> redirectUris.stream().anyMatch(registered -> registered.matches(asked)));
        }
    }

    /** A program that has just registered. */
    record Registered(Client client, Instant at) {}

    Registered register(String name, List<RedirectUri> redirectUris) {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = "mcp_" + HexFormat.of().formatHex(bytes);
        var uris =
                new JsonArray(redirectUris.stream().map(RedirectUri::toString).toList());
        Row row = sql.first(INSERT, Tuple.of(id, name, uris)).orElseThrow();
        return new Registered(
                new Client(id, name, redirectUris),
                row.getOffsetDateTime("created_at").toInstant());
    }

    Optional<Client> find(String id) {
        return sql.first(FIND, Tuple.of(id))
                .map(row -> new Client(
                        row.getString("id"),
                        row.getString("name"),
                        row.getJsonArray("redirect_uris").stream()
                                .flatMap(uri -> RedirectUri.parse(uri.toString()).stream())
                                .toList()));
    }
}
