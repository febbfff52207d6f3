package dev.ghee.control.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.platform.Accounts;
import dev.ghee.errors.ErrorCode;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The apps of an account. */
@Path("/apps")
class AppsResource {
    private final CurrentRequest request;
    private final Accounts accounts;
    private final AppStates states;
    private final AppListing listing;
    private final Databases databases;
    private final Audit audit;

    AppsResource(
            CurrentRequest request,
            Accounts accounts,
            AppStates states,
            AppListing listing,
            Databases databases,
            Audit audit) {
        this.request = request;
        this.accounts = accounts;
        this.states = states;
        this.listing = listing;
        this.databases = databases;
        this.audit = audit;
    }

    @GET
    public Uni<Listed> list() {
        return request.caller()
                .chain(caller -> accounts.of(caller).chain(account -> listing.visibleTo(caller, account)))
                .map(apps -> new Listed(apps.stream().map(Summary::of).toList()));
    }

    @GET
    @Path("{id}/status")
    public Uni<Status> status(String id) {
        return administered(id).chain(app -> states.get(app.appId())).map(Status::of);
    }

    @DELETE
    @Path("{id}")
    public Uni<Deleted> delete(String id) {
        return request.administered(id, OrganizationRole.ADMIN, ErrorCode.RESOURCE_NOT_FOUND)
                .map(CurrentRequest.Acting::app)
                .chain(app -> audit.event(
                                app.appId(),
                                "app.deleted",
                                Audit.Action.DELETE,
                                "app",
                                app.appId().value(),
                                Map.of("name", app.name()))
                        .chain(event -> states.change(app.appId(), App::markDeleting, event)))
                .map(app -> {
                    databases.settle(app.id());
                    return new Deleted(
                            "The app is being deleted", app.id(), app.id().database());
                });
    }

    private Uni<AppState> administered(String id) {
        return request.administered(id, ErrorCode.RESOURCE_NOT_FOUND).map(CurrentRequest.Acting::app);
    }

    record Listed(List<Summary> apps) {}

    record Summary(
            AppId id,
            String name,
            String subdomain,
            @JsonProperty("db_name") String dbName,
            @JsonProperty("db_provisioned") boolean dbProvisioned,
            @JsonProperty("provisioning_status") String provisioningStatus,
            String region,
            String visibility,
            boolean listed,

            @JsonProperty("template_source_app_id") @Nullable
            String templateSourceAppId,

            @JsonProperty("fork_count") int forkCount,

            @JsonProperty("substrate_organization_id") @Nullable
            String substrateOrganizationId,

            @JsonProperty("substrate_autopropagate") boolean substrateAutopropagate,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("organization_id") UUID organizationId) {
        static Summary of(App app) {
            return new Summary(
                    app.id(),
                    app.name(),
                    app.subdomain(),
                    app.id().database(),
                    app.provisioned(),
                    app.status().wireName(),
                    app.region(),
                    app.visibility().name().toLowerCase(Locale.ROOT),
                    app.listed(),
                    null,
                    0,
                    null,
                    false,
                    app.createdAt(),
                    app.organizationId());
        }
    }

    record Status(
            @JsonProperty("app_id") AppId appId,
            String name,
            @JsonProperty("db_provisioned") boolean dbProvisioned,
            @JsonProperty("provisioning_status") String provisioningStatus,
            @JsonProperty("provisioning_error") @Nullable String provisioningError) {
        static Status of(App app) {
            return new Status(
                    app.id(), app.name(), app.provisioned(), app.status().wireName(), app.provisioningError());
        }
    }

    record Deleted(
            String message,
            @JsonProperty("app_id") AppId appId,
            @JsonProperty("db_name") String dbName) {}
}
