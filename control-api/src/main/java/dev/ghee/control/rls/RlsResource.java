package dev.ghee.control.rls;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.schema.AdministeredApp;
import dev.ghee.control.schema.CommittedChange;
import dev.ghee.errors.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Row-level security of an app's tables. Only for those who administer the app. */
@Path("/v1/{app}/rls")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class RlsResource {
    private final RlsStore store;
    private final AdministeredApp apps;
    private final CommittedChange change;

    RlsResource(RlsStore store, AdministeredApp apps, CommittedChange change) {
        this.store = store;
        this.apps = apps;
        this.change = change;
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Isolated(
            boolean success,
            String table,
            @JsonProperty("user_column") String userColumn,
            @JsonProperty("policy_name") String policyName,
            @JsonProperty("public_read_policies") List<String> publicReadPolicies,
            @JsonProperty("_meta") Map<String, Object> meta) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record PolicyPut(
            boolean success, @JsonProperty("policy_name") String policyName, String table, List<String> warnings) {}

    record Enabled(
            boolean success,
            String table,
            @JsonProperty("rls_enabled") boolean rlsEnabled) {}

    record Disabled(
            String message,
            String table,
            @JsonProperty("policies_removed") int policiesRemoved) {}

    record PolicyDeleted(
            String message,
            String table,
            @JsonProperty("policy_name") String policyName,
            @JsonProperty("remaining_policies") int remainingPolicies) {}

    @POST
    public Isolated isolate(String app, @Nullable JsonNode body) {
        AppState state = ready(app);
        RequestFields request = RequestFields.of(body);
        UserIsolation isolation = store.isolate(
                state,
                request.text("table_name"),
                request.text("user_column"),
                request.optionalText("public_read_column"));
        done(
                state,
                "rls.user_isolation_created",
                Audit.Action.CREATE,
                isolation.table(),
                Map.of("user_column", isolation.userColumn()));
        return new Isolated(
                true,
                isolation.table(),
                isolation.userColumn(),
                isolation.policyName(),
                isolation.publicReadPolicies(),
                Map.of(
                        "next_actions",
                        List.of(Map.of(
                                "action",
                                "GET /v1/" + app + "/rls",
                                "description",
                                "See the policies that were made"))));
    }

    @GET
    public PolicyCatalogue.Listing list(String app) {
        return store.list(ready(app));
    }

    @POST
    @Path("policies")
    public PolicyPut put(String app, @Nullable JsonNode body) {
        AppState state = ready(app);
        PolicyDraft draft = PolicyDraft.of(RequestFields.of(body));
        List<String> warnings = store.put(state, draft);
        Policy policy = draft.policy();
        done(state, "rls.policy_created", Audit.Action.CREATE, policy.table(), Map.of("policy", policy.name()));
        return new PolicyPut(true, policy.name(), policy.table(), warnings);
    }

    @PATCH
    @Path("policies/{policy}")
    public PolicyPut patch(String app, String policy, @Nullable JsonNode body) {
        AppState state = ready(app);
        RequestFields request = RequestFields.of(body);
        String table = request.text("table_name");
        List<String> warnings = store.patch(state, table, policy, PolicyDraft.change(request));
        done(state, "rls.policy_updated", Audit.Action.UPDATE, table, Map.of("policy", policy));
        return new PolicyPut(true, policy, table, warnings);
    }

    @POST
    @Path("enable")
    public Enabled enable(String app, @Nullable JsonNode body) {
        AppState state = ready(app);
        String table = RequestFields.of(body).text("table_name");
        store.enable(state, table);
        done(state, "rls.enabled", Audit.Action.ENABLE, table, Map.of());
        return new Enabled(true, table, true);
    }

    @DELETE
    @Path("{table}")
    public Disabled disable(String app, String table) {
        AppState state = ready(app);
        int removed = store.disable(state, table);
        done(state, "rls.disabled", Audit.Action.DISABLE, table, Map.of("policies_removed", removed));
        return new Disabled("Row-level security is off", table, removed);
    }

    @DELETE
    @Path("{table}/{policy}")
    public PolicyDeleted delete(String app, String table, String policy) {
        AppState state = ready(app);
        int remaining = store.delete(state, table, policy);
        done(state, "rls.policy_deleted", Audit.Action.DELETE, table, Map.of("policy", policy));
        return new PolicyDeleted("Policy deleted", table, policy, remaining);
    }

    private AppState ready(String app) {
        return apps.ready(app, ErrorCode.RESOURCE_NOT_FOUND);
    }

    private void done(AppState app, String event, Audit.Action action, String table, Map<String, ?> data) {
        change.tell(app, event, action, "table", table, data);
    }
}
