package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.store.OwnerSql;
import dev.ghee.secrets.MasterKey;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Providers in an app's database; their secrets are sealed with the installation's key, for this app and provider. */
@ApplicationScoped
class ProviderStore {
    static final int MAX_PROVIDERS = 50;

    private static final String ALL = "SELECT * FROM ghee.oauth_providers ORDER BY created_at, provider";
    private static final String ONE = "SELECT * FROM ghee.oauth_providers WHERE provider = $1";
    private static final String PUT = """
            INSERT INTO ghee.oauth_providers AS p (provider, id, client_id, client_secret, redirect_uris, scopes,
              authorization_url, token_url, userinfo_url, issuer, metadata, enabled, created_at)
            SELECT $1, $2, $3, $4, $5::text[], $6::text[], $7, $8, $9, $10, $11, $12, $13
            WHERE (SELECT count(*) FROM ghee.oauth_providers WHERE provider <> $1) < $14
            ON CONFLICT (provider) DO UPDATE SET client_id = excluded.client_id, client_secret = excluded.client_secret,
              redirect_uris = excluded.redirect_uris, scopes = excluded.scopes,
              authorization_url = excluded.authorization_url, token_url = excluded.token_url,
              userinfo_url = excluded.userinfo_url, issuer = excluded.issuer, metadata = excluded.metadata,
              enabled = excluded.enabled, updated_at = now()
            RETURNING *""";
    private static final String DELETE = "DELETE FROM ghee.oauth_providers WHERE provider = $1 RETURNING provider";

    // Only what is still as it was read: a change in between is sealed with the new key anyway.
    private static final String RESEAL = """
            UPDATE ghee.oauth_providers SET client_secret = $3, metadata = $5
            WHERE provider = $1 AND client_secret IS NOT DISTINCT FROM $2 AND metadata IS NOT DISTINCT FROM $4""";

    private final OwnerSql sql;
    private final MasterKey master;
    private final ObjectMapper json;

    ProviderStore(OwnerSql sql, MasterKey master, ObjectMapper json) {
        this.sql = sql;
        this.master = master;
        this.json = json;
    }

    List<ProviderSettings> all(AppState app) {
        List<ProviderSettings> all = new ArrayList<>();
        sql.all(app, ALL, Tuple.tuple()).forEach(row -> all.add(read(app, row)));
        return all;
    }

    Optional<ProviderSettings> find(AppState app, ProviderName provider) {
        return sql.first(app, ONE, Tuple.of(provider.value())).map(row -> read(app, row));
    }

    /** The settings as stored; empty when the app has too many providers. A provider that is there keeps its id. */
    Optional<ProviderSettings> put(AppState app, ProviderSettings settings) {
        List<String> scopes = settings.scopes();
        String secret = settings.clientSecret();
        Tuple parameters = Tuple.of(
                        settings.provider().value(),
                        settings.id(),
                        settings.clientId(),
                        secret == null ? null : seal(app, settings.provider(), Part.SECRET, secret))
                .addArrayOfString(settings.redirectUris().toArray(String[]::new))
                .addValue(scopes == null ? null : scopes.toArray(String[]::new))
                .addString(settings.authorizationUrl())
                .addString(settings.tokenUrl())
                .addString(settings.userinfoUrl())
                .addString(settings.issuer())
                .addString(
                        settings.metadata().isEmpty()
                                ? null
                                : seal(
                                        app,
                                        settings.provider(),
                                        Part.METADATA,
                                        settings.metadata().toString()))
                .addBoolean(settings.enabled())
                .addOffsetDateTime(settings.createdAt().atOffset(ZoneOffset.UTC))
                .addInteger(MAX_PROVIDERS);
        return sql.first(app, PUT, parameters).map(row -> read(app, row));
    }

    /** False when it is not there. */
    boolean delete(AppState app, ProviderName provider) {
        return sql.first(app, DELETE, Tuple.of(provider.value())).isPresent();
    }

    /** What of a provider is sealed. */
    private enum Part {
        SECRET,
        METADATA;

        String owner(AppState app, ProviderName provider) {
            return "oauth " + name() + " " + app.appId() + " " + provider;
        }
    }

    private ProviderSettings read(AppState app, Row row) {
        var provider = new ProviderName(row.getString("provider"));
        String secret = row.getString("client_secret");
        String metadata = row.getString("metadata");
        var settings = new ProviderSettings(
                provider,
                row.getUUID("id"),
                row.getString("client_id"),
                open(app, provider, Part.SECRET, secret),
                List.of(row.getArrayOfStrings("redirect_uris")),
                row.getArrayOfStrings("scopes") == null ? null : List.of(row.getArrayOfStrings("scopes")),
                row.getString("authorization_url"),
                row.getString("token_url"),
                row.getString("userinfo_url"),
                row.getString("issuer"),
                object(open(app, provider, Part.METADATA, metadata)),
                row.getBoolean("enabled"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
        if (outdated(app, provider, Part.SECRET, secret) || outdated(app, provider, Part.METADATA, metadata)) {
            reseal(app, settings, secret, metadata);
        }
        return settings;
    }

    private void reseal(AppState app, ProviderSettings settings, @Nullable String secret, @Nullable String metadata) {
        String clear = settings.clientSecret();
        sql.all(
                app,
                RESEAL,
                Tuple.of(
                        settings.provider().value(),
                        secret,
                        clear == null ? null : seal(app, settings.provider(), Part.SECRET, clear),
                        metadata,
                        metadata == null
                                ? null
                                : seal(
                                        app,
                                        settings.provider(),
                                        Part.METADATA,
                                        settings.metadata().toString())));
    }

    private boolean outdated(AppState app, ProviderName provider, Part part, @Nullable String sealed) {
        return sealed != null && master.isOutdated(sealed, part.owner(app, provider));
    }

    private String seal(AppState app, ProviderName provider, Part part, String text) {
        return master.seal(text.getBytes(StandardCharsets.UTF_8), part.owner(app, provider));
    }

    private @Nullable String open(AppState app, ProviderName provider, Part part, @Nullable String sealed) {
        return sealed == null
                ? null
                : new String(master.open(sealed, part.owner(app, provider)), StandardCharsets.UTF_8);
    }

    private ObjectNode object(@Nullable String text) {
        try {
            return text != null && json.readTree(text) instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Stored metadata is not JSON", e);
        }
    }
}
