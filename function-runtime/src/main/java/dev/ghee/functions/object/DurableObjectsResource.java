package dev.ghee.functions.object;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.audit.AuditTrail;
import dev.ghee.functions.object.source.ObjectName;
import dev.ghee.functions.object.source.SourceProblem;
import dev.ghee.functions.object.store.AccessMode;
import dev.ghee.functions.object.store.ObjectClass;
import dev.ghee.functions.object.store.ObjectClasses;
import dev.ghee.functions.object.store.ObjectEnvironment;
import dev.ghee.functions.object.store.ObjectUse;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.service.request.CurrentRequest.Acting;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Management of durable objects, for the app's administrators. */
@Path("/v1/{app}/durable-objects")
public class DurableObjectsResource {
    private static final Duration CALLER_LIMIT = Duration.ofSeconds(10);

    private final CurrentRequest request;
    private final Deployments deployments;
    private final ObjectClasses classes;
    private final ObjectEnvironment environment;
    private final ObjectUse use;
    private final AuditTrail audit;

    DurableObjectsResource(
            CurrentRequest request,
            Deployments deployments,
            ObjectClasses classes,
            ObjectEnvironment environment,
            ObjectUse use,
            AuditTrail audit) {
        this.request = request;
        this.deployments = deployments;
        this.classes = classes;
        this.environment = environment;
        this.use = use;
        this.audit = audit;
    }

    record Deploy(
            @Nullable String name,
            @Nullable String code,
            @JsonProperty("access_mode") @Nullable String accessMode) {}

    record ClassList(@JsonProperty("durable_objects") List<ClassView> durableObjects) {}

    /** Code and the first two times are there only when one class is asked for. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record ClassView(
            UUID id,
            String name,
            @JsonProperty("class_name") String className,
            String status,
            @JsonProperty("access_mode") String accessMode,
            @JsonProperty("last_deployed_at") Instant lastDeployedAt,
            @JsonProperty("error_message") @Nullable String errorMessage,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String code,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("created_at") @Nullable
            Instant createdAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @JsonProperty("updated_at") @Nullable
            Instant updatedAt) {
        static ClassView brief(ObjectClass one) {
            return of(one, null, null, null);
        }

        static ClassView whole(ObjectClass one) {
            return of(one, one.code(), millis(one.createdAt()), millis(one.updatedAt()));
        }

        private static ClassView of(
                ObjectClass one, @Nullable String code, @Nullable Instant createdAt, @Nullable Instant updatedAt) {
            return new ClassView(
                    one.id(),
                    one.name().value(),
                    one.className(),
                    one.status().name(),
                    one.accessMode().wireName(),
                    millis(one.lastDeployedAt()),
                    one.errorMessage(),
                    code,
                    createdAt,
                    updatedAt);
        }

        private static Instant millis(Instant time) {
            return time.truncatedTo(ChronoUnit.MILLIS);
        }
    }

    record Deleted(boolean deleted, String name) {}

    record Usage(
            @JsonProperty("do_requests") long requests,
            @JsonProperty("do_cpu_ms") long cpuMillis) {}

    record Keys(List<String> keys) {}

    record Variable(@Nullable String value) {
        @Override
        public String toString() {
            return "Variable[…]";
        }
    }

    record VariableSet(String key, boolean redeployed) {}

    record VariableDeleted(boolean deleted, String key, boolean redeployed) {}

    @POST
    @RunOnVirtualThread
    public ClassView deploy(String app, @Nullable Deploy body) {
        Acting acting = acting(app);
        if (body == null || body.name() == null || body.code() == null) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "name and code are needed");
        }
        ObjectName name = ObjectName.parse(body.name());
        AccessMode mode = mode(body.accessMode());
        ObjectClass deployed = deployments.deploy(acting.app(), name, body.code(), mode);
        ObjectNode data = JsonNodeFactory.instance
                .objectNode()
                .put("access_mode", mode.wireName())
                .put("status", deployed.status().name());
        record(acting, "durable_object.deployed", "update", name.value(), data);
        return ClassView.brief(deployed);
    }

    private static AccessMode mode(@Nullable String given) {
        return given == null
                ? AccessMode.AUTHENTICATED
                : AccessMode.of(given)
                        .orElseThrow(() -> SourceProblem.ACCESS_MODE_INVALID.asException(
                                "access_mode is public, authenticated or service_key"));
    }

    @GET
    @RunOnVirtualThread
    public ClassList list(String app) {
        return new ClassList(
                classes.list(acting(app).app()).stream().map(ClassView::brief).toList());
    }

    @GET
    @Path("{name}")
    @RunOnVirtualThread
    public ClassView get(String app, String name) {
        return ClassView.whole(find(acting(app).app(), name));
    }

    @DELETE
    @Path("{name}")
    @RunOnVirtualThread
    public Deleted delete(String app, String name) {
        Acting acting = acting(app);
        if (!deployments.delete(acting.app(), name)) {
            throw notFound(name);
        }
        record(acting, "durable_object.deleted", "delete", name, null);
        return new Deleted(true, name);
    }

    /** Of the whole app, in this month. */
    @GET
    @Path("{name}/usage")
    @RunOnVirtualThread
    public Usage usage(String app, String name) {
        AppState state = acting(app).app();
        find(state, name);
        ObjectUse.Used used = use.thisMonth(state);
        return new Usage(used.requests(), used.cpuMillis());
    }

    @GET
    @Path("env")
    @RunOnVirtualThread
    public Keys keys(String app) {
        return new Keys(environment.keys(acting(app).app()));
    }

    @PUT
    @Path("env/{key}")
    @RunOnVirtualThread
    public VariableSet put(String app, String key, @Nullable Variable body) {
        Acting acting = acting(app);
        if (body == null || body.value() == null) {
            throw SourceProblem.ENV_VALUE_INVALID.asException("value is needed");
        }
        boolean redeployed = deployments.putVariable(acting.app(), key, body.value());
        record(acting, "durable_object.env_set", "update", key, null);
        return new VariableSet(key, redeployed);
    }

    @DELETE
    @Path("env/{key}")
    @RunOnVirtualThread
    public VariableDeleted deleteVariable(String app, String key) {
        Acting acting = acting(app);
        boolean redeployed = deployments
                .deleteVariable(acting.app(), key)
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "No variable of that name"));
        record(acting, "durable_object.env_deleted", "delete", key, null);
        return new VariableDeleted(true, key, redeployed);
    }

    private ObjectClass find(AppState app, String name) {
        return classes.find(app, name).orElseThrow(() -> notFound(name));
    }

    private static GheeException notFound(String name) {
        return new GheeException(
                ErrorCode.RESOURCE_NOT_FOUND,
                ObjectName.isValid(name) ? "No durable object class named " + name : "No such durable object class");
    }

    private Acting acting(String app) {
        return request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND)
                .await()
                .atMost(CALLER_LIMIT);
    }

    private void record(Acting acting, String type, String action, String id, @Nullable ObjectNode data) {
        audit.record(acting, request, new AuditTrail.Deed(type, action, "durable_object", id, data));
    }
}
