package dev.ghee.functions.function;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.functions.audit.AuditTrail;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.service.request.CurrentRequest.Acting;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment that all functions of an app see. Values go in and are never shown again. */
@Path("/v1/{app}/env")
public class EnvResource {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final CurrentRequest request;
    private final Deployer deployer;
    private final FunctionStore store;
    private final AuditTrail audit;

    EnvResource(CurrentRequest request, Deployer deployer, FunctionStore store, AuditTrail audit) {
        this.request = request;
        this.deployer = deployer;
        this.store = store;
        this.audit = audit;
    }

    /** Variables to put; null removes one. */
    record EnvBody(@Nullable Map<String, @Nullable String> envVars) {
        /** Without values, which are secrets. */
        @Override
        public String toString() {
            return "EnvBody[…]";
        }
    }

    @GET
    @RunOnVirtualThread
    public FunctionViews.AppEnv list(String app) {
        Acting acting = acting(app);
        List<FunctionRows.Variable> variables =
                store.env(acting.app(), FunctionStore.APP_ENV).await().atMost(LIMIT);
        Instant updatedAt = variables.stream()
                .map(FunctionRows.Variable::updatedAt)
                .max(Comparator.naturalOrder())
                .orElse(null);
        return new FunctionViews.AppEnv(
                variables.stream().map(FunctionRows.Variable::key).toList(), updatedAt);
    }

    @PATCH
    @RunOnVirtualThread
    public FunctionViews.AppEnvChanged change(String app, @Nullable EnvBody body) {
        Acting acting = acting(app);
        Map<String, @Nullable String> variables = variables(body);
        List<String> functions = deployer.changeAppEnv(acting.app(), variables);
        deployer.tell(acting.app());
        audit.record(
                acting,
                request,
                new AuditTrail.Deed(
                        "app.env_updated",
                        "update",
                        "app_env",
                        acting.app().appId().value(),
                        keys(variables)));
        return new FunctionViews.AppEnvChanged(
                "Environment updated",
                variables.keySet().stream().sorted().toList(),
                new FunctionViews.Invalidated(functions, functions.size(), 0));
    }

    /** Fails with {@code VALIDATION_INVALID_SCHEMA}. */
    static Map<String, @Nullable String> variables(@Nullable EnvBody body) {
        if (body == null || body.envVars() == null) {
            throw FunctionRules.invalid("envVars is missing: an object of texts, or null to remove a variable");
        }
        FunctionRules.requireEnv(body.envVars(), true);
        return body.envVars();
    }

    /** For the audit trail: names only. */
    static ObjectNode keys(Map<String, @Nullable String> variables) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        var keys = data.putArray("keys");
        variables.keySet().forEach(keys::add);
        return data;
    }

    private Acting acting(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(LIMIT);
    }
}
