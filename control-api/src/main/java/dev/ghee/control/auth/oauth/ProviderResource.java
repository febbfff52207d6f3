package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.WireTime;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The providers that an app's users may sign in with, for those who administer the app. */
@Path("/v1/{app}/auth/oauth-config")
@RunOnVirtualThread
public class ProviderResource {
    private final CurrentRequest request;
    private final ProviderStore store;
    private final ProviderDraft draft;
    private final Audit audit;

    ProviderResource(CurrentRequest request, ProviderStore store, ProviderDraft draft, Audit audit) {
        this.request = request;
        this.store = store;
        this.draft = draft;
        this.audit = audit;
    }

    /** A provider as clients see it: without any secret. */
    public record Config(
            UUID id,
            @JsonProperty("app_id") String appId,
            String provider,
            @JsonProperty("client_id") String clientId,
            @JsonProperty("redirect_uris") List<String> redirectUris,
            List<String> scopes,
            @JsonProperty("authorization_url") @Nullable String authorizationUrl,
            @JsonProperty("token_url") @Nullable String tokenUrl,
            @JsonProperty("userinfo_url") @Nullable String userinfoUrl,
            @Nullable String issuer,
            boolean enabled,
            @JsonProperty("provider_metadata") ObjectNode providerMetadata,
            @JsonProperty("created_at") String createdAt,
            @JsonProperty("updated_at") String updatedAt) {

        static Config of(AppState app, ProviderSettings settings) {
            return new Config(
                    settings.id(),
                    app.appId().value(),
                    settings.provider().value(),
                    settings.clientId(),
                    settings.redirectUris(),
                    settings.effectiveScopes(),
                    settings.authorizationUrl(),
                    settings.tokenUrl(),
                    settings.userinfoUrl(),
                    settings.issuer(),
                    settings.enabled(),
                    settings.publicMetadata(),
                    WireTime.of(settings.createdAt()),
                    WireTime.of(settings.updatedAt()));
        }
    }

    /** Answer to a change. */
    public record Changed(String message, Config config) {}

    /** All of an app's providers. */
    public record Listed(List<Config> configs) {}

    /** Answer to a deletion. */
    public record Deleted(String message, String provider) {}

    /** Sets a provider up, or anew. */
    @POST
    public Changed put(String app, @Nullable JsonNode body) {
        AppState state = administered(app);
        ProviderFields fields = ProviderFields.of(body);
        ProviderName name = fields.provider();
        boolean known = store.find(state, name).isPresent();
        ProviderSettings stored = store(state, draft.settings(name, fields, null));
        record(state, name, known ? Audit.Action.UPDATE : Audit.Action.CREATE, fields.names());
        return new Changed("OAuth provider configured", Config.of(state, stored));
    }

    @GET
    public Listed list(String app) {
        AppState state = administered(app);
        return new Listed(store.all(state).stream()
                .map(settings -> Config.of(state, settings))
                .toList());
    }

    @GET
    @Path("{provider}")
    public Config get(String app, String provider) {
        AppState state = administered(app);
        return Config.of(state, existing(state, provider));
    }

    @PATCH
    @Path("{provider}")
    public Changed change(String app, String provider, @Nullable JsonNode body) {
        AppState state = administered(app);
        ProviderFields fields = ProviderFields.of(body);
        if (fields.names().isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request changes nothing");
        }
        ProviderSettings before = existing(state, provider);
        ProviderSettings stored = store(state, draft.settings(before.provider(), fields, before));
        record(state, before.provider(), Audit.Action.UPDATE, fields.names());
        return new Changed("OAuth provider updated", Config.of(state, stored));
    }

    /** Users keep their identities: they can sign in again once the provider is set up again. */
    @DELETE
    @Path("{provider}")
    public Deleted delete(String app, String provider) {
        AppState state = administered(app);
        ProviderName name = ProviderName.parse(provider).orElseThrow(ProviderResource::notConfigured);
        if (!store.delete(state, name)) {
            throw notConfigured();
        }
        record(state, name, Audit.Action.DELETE, Set.of());
        return new Deleted("OAuth provider removed", name.value());
    }

    private AppState administered(String app) {
        return Waiting.on(() -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
    }

    private ProviderSettings existing(AppState app, String provider) {
        return ProviderName.parse(provider)
                .flatMap(name -> store.find(app, name))
                .orElseThrow(ProviderResource::notConfigured);
    }

    private ProviderSettings store(AppState app, ProviderSettings settings) {
        return store.put(app, settings)
                .orElseThrow(() -> new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT,
                        "An app has at most " + ProviderStore.MAX_PROVIDERS + " providers"));
    }

    private void record(AppState app, ProviderName provider, Audit.Action action, Set<String> fields) {
        String event = switch (action) {
            case CREATE -> "auth.oauth_config_created";
            case DELETE -> "auth.oauth_config_deleted";
            default -> "auth.oauth_config_updated";
        };
        Waiting.on(() ->
                audit.record(app.appId(), event, action, "oauth_config", provider.value(), Map.of("fields", fields)));
    }

    private static GheeException notConfigured() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "OAuth provider not configured");
    }
}
