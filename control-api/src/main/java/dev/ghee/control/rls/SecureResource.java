package dev.ghee.control.rls;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppState;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.schema.AdministeredApp;
import dev.ghee.control.schema.CommittedChange;
import dev.ghee.control.schema.SchemaChanged;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.event.Event;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call that closes an app: no anonymous callers any more, and each user with rows of their own. */
@Path("/v1/{app}/secure")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class SecureResource {
    private static final int MAX_TABLES = 50;

    private final RlsStore store;
    private final AppStates states;
    private final AdministeredApp apps;
    private final Audit audit;
    private final Event<SchemaChanged> changed;
    private final ObjectMapper json;

    SecureResource(
            RlsStore store,
            AppStates states,
            AdministeredApp apps,
            Audit audit,
            Event<SchemaChanged> changed,
            ObjectMapper json) {
        this.store = store;
        this.states = states;
        this.apps = apps;
        this.audit = audit;
        this.changed = changed;
        this.json = json;
    }

    private record Wanted(
            String table, String userColumn, @Nullable String publicReadColumn) {
        static Wanted of(RequestFields fields) {
            return new Wanted(
                    fields.text("table_name"), fields.text("user_column"), fields.optionalText("public_read_column"));
        }
    }

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Secured(
            String table,
            String policy,
            @JsonProperty("public_read_policies") List<String> publicReadPolicies) {}

    record TableError(String table, String error) {}

    record Result(
            String message,
            @JsonProperty("app_id") String appId,
            @JsonProperty("access_mode") String accessMode,
            @JsonProperty("tables_secured") List<Secured> tablesSecured,

            @JsonProperty("table_errors") @JsonInclude(JsonInclude.Include.NON_EMPTY)
            List<TableError> tableErrors) {}

    /** A table that cannot be isolated is reported and does not keep the others from it. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public Result secure(String app, @Nullable String body) throws JsonProcessingException {
        AppState state = apps.ready(app, ErrorCode.RESOURCE_NOT_FOUND);
        List<Wanted> wanted =
                fields(body).list("tables", MAX_TABLES).stream().map(Wanted::of).toList();
        var event = AdministeredApp.await(audit.event(
                state.appId(), "app.secured", Audit.Action.UPDATE, "app", app, Map.of("tables", wanted.size())));
        CommittedChange.await(
                () -> states.change(state.appId(), row -> row.accessMode(AppState.AccessMode.AUTHENTICATED), event));
        List<Secured> secured = new ArrayList<>();
        List<TableError> errors = new ArrayList<>();
        for (Wanted table : wanted) {
            try {
                UserIsolation isolation =
                        store.isolate(state, table.table(), table.userColumn(), table.publicReadColumn());
                secured.add(new Secured(table.table(), isolation.policyName(), isolation.publicReadPolicies()));
            } catch (GheeException e) {
                errors.add(new TableError(table.table(), e.message()));
            }
        }
        changed.fire(new SchemaChanged(state.appId()));
        return new Result("App secured", state.appId().value(), "authenticated", secured, errors);
    }

    /** Without tables there is nothing to say, and some clients then send no body and no type. */
    private RequestFields fields(@Nullable String body) throws JsonProcessingException {
        return RequestFields.of(body == null || body.isBlank() ? null : json.readTree(body));
    }
}
