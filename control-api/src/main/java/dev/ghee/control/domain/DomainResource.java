package dev.ghee.control.domain;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.domain.CustomDomain.Method;
import dev.ghee.control.domain.CustomDomain.Status;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An app's own names, for those who administer it. */
@Path("/v1/{app}/custom-domains")
@RunOnVirtualThread
class DomainResource {
    private final CurrentRequest request;
    private final AppDirectory apps;
    private final CustomDomains domains;
    private final Audit audit;

    DomainResource(CurrentRequest request, AppDirectory apps, CustomDomains domains, Audit audit) {
        this.request = request;
        this.apps = apps;
        this.domains = domains;
        this.audit = audit;
    }

    record NewDomain(
            @NotNull @Size(min = 1, max = 300) String hostname,

            @JsonProperty("validation_method") @Nullable @Pattern(regexp = "http|txt", message = "must be http or txt")
            String validationMethod) {
        Method method() {
            return "txt".equals(validationMethod) ? Method.TXT : Method.HTTP;
        }
    }

    @POST
    public Response add(String app, @NotNull @Valid NewDomain body) {
        AppState state = administered(app);
        CustomDomain added = domains.claim(state, body.hostname(), body.method());
        record(added, "domain.added", Audit.Action.CREATE);
        return Response.status(Response.Status.CREATED)
                .entity(DomainAnswers.Added.of(added, domains.target(state)))
                .build();
    }

    @GET
    public DomainAnswers.Listed list(String app) {
        AppState state = administered(app);
        return new DomainAnswers.Listed(
                domains.list(state).stream().map(DomainAnswers.Domain::of).toList(),
                domains.target(state).value());
    }

    @GET
    @Path("{id}/status")
    public DomainAnswers.Checked status(String app, String id) {
        AppState state = administered(app);
        return DomainAnswers.Checked.of(domains.get(state, id), domains.target(state));
    }

    @POST
    @Path("{id}/verify")
    public DomainAnswers.Checked verify(String app, String id) {
        AppState state = administered(app);
        CustomDomain before = domains.get(state, id);
        CustomDomain after = domains.verify(state, before);
        if (before.status() != Status.ACTIVE && after.status() == Status.ACTIVE) {
            record(after, "domain.verified", Audit.Action.ENABLE);
        }
        return DomainAnswers.Checked.of(after, domains.target(state));
    }

    @DELETE
    @Path("{id}")
    public DomainAnswers.Deleted delete(String app, String id) {
        CustomDomain domain = domains.get(administered(app), id);
        domains.delete(domain);
        record(domain, "domain.deleted", Audit.Action.DELETE);
        return new DomainAnswers.Deleted(true);
    }

    /**
     * What the check of a name finds that leads to us: on the name itself, at {@code /.well-known/ghee-domain/{id}}.
     * It shows that the name still does, so it tells nothing of names that the app has not proved in another way.
     */
    @GET
    @Path("challenge/{id}")
    @Produces(MediaType.TEXT_PLAIN)
    public String challenge(String app, String id) {
        AppState state = Waiting.on(() -> apps.find(app)
                .onFailure(failure -> failure instanceof GheeException known && known.code() == ErrorCode.APP_NOT_FOUND)
                // Anybody may ask: whether there is such an app is not theirs to know.
                .transform(_ -> CustomDomains.unknown()));
        CustomDomain domain = domains.get(state, id);
        if (domain.status() != Status.ACTIVE) {
            throw CustomDomains.unknown();
        }
        return domain.token();
    }

    private AppState administered(String app) {
        return Waiting.on(() -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
    }

    private void record(CustomDomain domain, String eventType, Audit.Action action) {
        Waiting.on(() -> audit.record(
                domain.appId(),
                eventType,
                action,
                "custom_domain",
                domain.id().toString(),
                Map.of("hostname", domain.hostname())));
    }
}
