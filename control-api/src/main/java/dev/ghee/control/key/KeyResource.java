package dev.ghee.control.key;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.Accounts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** API keys of the caller's organisation. A key that is limited to single apps may not touch them. */
@Path("/api-keys")
class KeyResource {
    private final CurrentRequest request;
    private final Accounts accounts;
    private final KeyChanges changes;
    private final ApiKeys keys;

    KeyResource(CurrentRequest request, Accounts accounts, KeyChanges changes, ApiKeys keys) {
        this.request = request;
        this.accounts = accounts;
        this.changes = changes;
        this.keys = keys;
    }

    @POST
    public Uni<Response> create(@NotNull @Valid NewKey body) {
        return request.caller()
                .chain(caller -> accounts.ofOrganization(caller).chain(account -> changes.issue(caller, account, body)))
                .map(issued -> Response.status(201).entity(Created.of(issued)).build());
    }

    @GET
    public Uni<Listed> list(@QueryParam("scope") @Nullable String scope) {
        return account()
                .chain(account -> keys.list(account.organizationId())
                        .map(all -> new Listed(all.stream()
                                .filter(key -> matches(key, scope, account))
                                .map(Summary::of)
                                .toList())));
    }

    @DELETE
    @Path("{id}")
    public Uni<Revoked> revoke(String id) {
        return request.caller()
                .chain(caller ->
                        accounts.ofOrganization(caller).chain(account -> changes.revoke(caller, account, keyId(id))))
                .replaceWith(new Revoked(true));
    }

    private Uni<Account> account() {
        return request.caller().chain(accounts::ofOrganization);
    }

    private static boolean matches(ApiKey key, @Nullable String scope, Account account) {
        return switch (scope) {
            case null -> true;
            case "app", "both" -> true;
            case "substrate" -> false;
            case "me" -> key.ownerId().equals(account.userId());
            default ->
                throw new GheeException(ErrorCode.VALIDATION_INVALID_SCOPE, "scope must be app, substrate, both or me");
        };
    }

    private static UUID keyId(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "API key not found");
        }
    }

    record Created(
            String key,
            String keyId,
            String id,
            String prefix,
            String name,
            List<String> scopes,
            @JsonProperty("expires_at") @Nullable Instant expiresAt,
            @JsonProperty("created_at") Instant createdAt) {
        static Created of(KeyChanges.Issued issued) {
            ApiKey key = issued.key();
            String id = key.id().toString();
            return new Created(
                    issued.secret().value(),
                    id,
                    id,
                    key.prefix(),
                    key.name(),
                    key.scopes(),
                    key.expiresAt(),
                    key.createdAt());
        }
    }

    record Listed(List<Summary> keys) {}

    record Summary(
            UUID id,
            @JsonProperty("key_prefix") String keyPrefix,
            String name,
            List<String> scopes,
            String scope,

            @JsonProperty("substrate_organization_id") @Nullable
            String substrateOrganizationId,

            @JsonProperty("last_used_at") @Nullable Instant lastUsedAt,
            @JsonProperty("expires_at") @Nullable Instant expiresAt,
            @JsonProperty("created_at") Instant createdAt) {
        static Summary of(ApiKey key) {
            return new Summary(
                    key.id(),
                    key.prefix(),
                    key.name(),
                    key.scopes(),
                    "app",
                    null,
                    key.lastUsedAt(),
                    key.expiresAt(),
                    key.createdAt());
        }
    }

    record Revoked(boolean revoked) {}
}
