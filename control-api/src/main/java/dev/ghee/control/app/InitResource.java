package dev.ghee.control.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.platform.Account;
import dev.ghee.control.platform.Accounts;
import dev.ghee.control.region.Regions;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes an app. Its database follows asynchronously. */
@Path("/init")
class InitResource {
    private final CurrentRequest request;
    private final Accounts accounts;
    private final Regions regions;
    private final AppCreation creation;
    private final Audit audit;
    private final AppUrls urls;

    InitResource(
            CurrentRequest request,
            Accounts accounts,
            Regions regions,
            AppCreation creation,
            Audit audit,
            AppUrls urls) {
        this.request = request;
        this.accounts = accounts;
        this.regions = regions;
        this.creation = creation;
        this.audit = audit;
        this.urls = urls;
    }

    @POST
    public Uni<Response> init(@NotNull @Valid NewApp body) {
        return request.caller()
                .chain(caller -> accounts.ofOrganization(caller)
                        .chain(account -> organization(account, caller, body)
                                .chain(organization -> create(caller, account, organization, body))));
    }

    private Uni<UUID> organization(Account account, Caller caller, NewApp body) {
        String wanted = body.organizationId();
        return (wanted == null ? Uni.createFrom().item(account) : accounts.inOrganization(caller, account, wanted))
                .map(acting -> acting.require(OrganizationRole.DEVELOPER).organizationId());
    }

    private Uni<Response> create(Caller caller, Account account, UUID organization, NewApp body) {
        var wanted = new AppCreation.Request(
                body.name(), body.subdomain(), region(body.region()), account.userId(), organization);
        return creation.create(
                        wanted,
                        app -> audit.event(
                                Audit.Category.ADMIN,
                                caller,
                                app.id(),
                                "app.created",
                                Audit.Action.CREATE,
                                "app",
                                app.id().value(),
                                Map.of("name", app.name(), "region", app.region()),
                                null))
                .map(result -> Response.status(result.fresh() == null ? 200 : 201)
                        .entity(answer(result))
                        .build());
    }

    private String region(@Nullable String wanted) {
        if (wanted == null) {
            return regions.platformRegion();
        }
        if (regions.find(wanted).isEmpty()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "There is no such region")
                    .withDetails(Map.of("allowed", regions.names()));
        }
        return wanted;
    }

    private Answer answer(AppCreation.Result result) {
        App app = result.app();
        return new Answer(
                app.id(),
                app.name(),
                app.provisioned(),
                app.status().wireName(),
                urls.api(app.id()),
                app.subdomain(),
                urls.site(app.subdomain()),
                app.anonKey(),
                app.createdAt(),
                result.fresh() == null ? null : Meta.ofNew(app.id()));
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Answer(
            @JsonProperty("app_id") AppId appId,
            String name,
            @JsonProperty("db_provisioned") boolean dbProvisioned,
            @JsonProperty("provisioning_status") String provisioningStatus,
            @JsonProperty("api_url") String apiUrl,
            String subdomain,
            String url,
            @JsonProperty("anon_key") String anonKey,
            @JsonProperty("created_at") Instant createdAt,
            @JsonProperty("_meta") @Nullable Meta meta) {}

    /** What to do next. */
    record Meta(@JsonProperty("next_actions") List<NextAction> nextActions) {
        static Meta ofNew(AppId app) {
            return new Meta(List.of(
                    new NextAction("wait_until_ready", "Poll GET /apps/" + app + "/status until it says ready"),
                    new NextAction("apply_schema", "Send the tables to POST /v1/" + app + "/schema/apply")));
        }
    }

    record NextAction(String action, String description) {}
}
