package dev.ghee.functions.function;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.functions.audit.AuditTrail;
import dev.ghee.functions.function.FunctionViews.Invalidation;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.service.request.CurrentRequest.Acting;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Deploys functions and shows them; for the app's administrators. */
@Path("/v1/{app}/functions")
public class FunctionResource {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final CurrentRequest request;
    private final Deployer deployer;
    private final FunctionStore store;
    private final InvocationStore invocations;
    private final AuditTrail audit;
    private final String publicUrl;

    FunctionResource(
            CurrentRequest request,
            Deployer deployer,
            FunctionStore store,
            InvocationStore invocations,
            AuditTrail audit,
            @ConfigProperty(name = "ghee.public-url", defaultValue = "http://127.0.0.1:4000") String publicUrl) {
        this.request = request;
        this.deployer = deployer;
        this.store = store;
        this.invocations = invocations;
        this.audit = audit;
        this.publicUrl = publicUrl;
    }

    /** A version to go back to. */
    record Rollback(@Nullable Integer version) {}

    /** Settings to change; null leaves one as it is. */
    record SettingsBody(
            @JsonProperty("allow_service_key_impersonation") @Nullable
            Boolean allowServiceKeyImpersonation,

            @JsonProperty("allow_as_service") @Nullable Boolean allowAsService) {}

    @POST
    @RunOnVirtualThread
    public FunctionViews.DeployedView deploy(String app, @Nullable Deployment deployment) {
        Acting acting = acting(app);
        if (deployment == null) {
            throw FunctionRules.invalid("The request body must be an object with name and code");
        }
        Deployer.Deployed deployed = deployer.deploy(acting.app(), deployment);
        StoredFunction function = deployed.function();
        Invalidation told = tell(acting.app());
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("name", function.name());
        data.put("version", function.version());
        record(acting, "function.deployed", deployed.created() ? "create" : "update", function, data);
        return new FunctionViews.DeployedView(
                function.id().toString(),
                function.name(),
                function.version(),
                FunctionViews.url(publicUrl, acting.app().appId(), function),
                FunctionViews.TriggerState.of(function),
                function.deployedAt(),
                told);
    }

    @GET
    @RunOnVirtualThread
    public FunctionViews.Listing list(String app) {
        AppState state = acting(app).app();
        List<StoredFunction> functions = await(store.all(state));
        Map<UUID, Statistics> statistics = await(invocations.statistics(
                state, functions.stream().map(StoredFunction::id).toList()));
        return new FunctionViews.Listing(functions.stream()
                .map(function -> FunctionViews.Summary.of(
                        function, FunctionViews.url(publicUrl, state.appId(), function), statistics.get(function.id())))
                .toList());
    }

    @GET
    @Path("{name}")
    @RunOnVirtualThread
    public FunctionViews.Details get(String app, String name) {
        AppState state = acting(app).app();
        StoredFunction function = find(state, name);
        FunctionStore.Files files =
                await(store.files(state, function.id(), function.version())).orElseThrow(Deployer::notFound);
        @Nullable
        Statistics statistics =
                await(invocations.statistics(state, List.of(function.id()))).get(function.id());
        boolean single = files.sources().size() == 1;
        return new FunctionViews.Details(
                function.id().toString(),
                function.name(),
                function.description(),
                files.sources().getOrDefault(files.entry(), ""),
                single ? null : files.sources(),
                single ? null : files.entry(),
                FunctionViews.TriggerView.of(function),
                FunctionViews.url(publicUrl, state.appId(), function),
                function.version(),
                function.timeoutMs(),
                function.memoryMb(),
                function.deployedAt(),
                statistics == null ? null : statistics.lastAt(),
                statistics == null ? 0 : statistics.calls(),
                statistics == null ? 0 : statistics.errors(),
                statistics == null ? 0 : statistics.averageDuration(),
                function.agentTool().enabled(),
                function.agentTool().description(),
                function.agentTool().mode(),
                function.agentTool().exposedTo(),
                function.allowServiceKeyImpersonation(),
                function.allowAsService(),
                await(store.env(state, function.id())).stream()
                        .map(FunctionRows.Variable::key)
                        .toList());
    }

    @DELETE
    @Path("{name}")
    @RunOnVirtualThread
    public FunctionViews.Deleted delete(String app, String name) {
        Acting acting = acting(app);
        // A text that Postgres cannot hold names no function either.
        if (name.indexOf('\0') < 0 && deployer.delete(acting.app(), name)) {
            tell(acting.app());
            audit.record(
                    acting,
                    request,
                    new AuditTrail.Deed("function.deleted", "delete", "function", shortened(name), null));
        }
        return new FunctionViews.Deleted(true);
    }

    @PATCH
    @Path("{name}/env")
    @RunOnVirtualThread
    public FunctionViews.EnvChanged env(String app, String name, EnvResource.@Nullable EnvBody body) {
        Acting acting = acting(app);
        Map<String, @Nullable String> variables = EnvResource.variables(body);
        StoredFunction function = deployer.changeEnv(acting.app(), known(name), variables);
        Invalidation told = tell(acting.app());
        record(acting, "function.env_updated", "update", function, EnvResource.keys(variables));
        return new FunctionViews.EnvChanged(
                "Environment updated",
                new FunctionViews.Changed(function.id().toString(), function.name(), Instant.now()),
                variables.keySet().stream().sorted().toList(),
                told);
    }

    @PATCH
    @Path("{name}/settings")
    @RunOnVirtualThread
    public FunctionViews.SettingsChanged settings(String app, String name, @Nullable SettingsBody body) {
        Acting acting = acting(app);
        if (body == null || (body.allowServiceKeyImpersonation() == null && body.allowAsService() == null)) {
            throw FunctionRules.invalid("Send allow_service_key_impersonation or allow_as_service, true or false");
        }
        deployer.set(
                acting.app(),
                known(name),
                new FunctionStore.Settings(body.allowServiceKeyImpersonation(), body.allowAsService()));
        Invalidation told = tell(acting.app());
        StoredFunction function = find(acting.app(), name);
        record(acting, "function.settings_updated", "update", function, null);
        return new FunctionViews.SettingsChanged(
                "Settings updated",
                new FunctionViews.ChangedSettings(
                        function.id().toString(),
                        function.name(),
                        function.allowServiceKeyImpersonation(),
                        function.allowAsService()),
                told);
    }

    @GET
    @Path("{name}/versions")
    @RunOnVirtualThread
    public FunctionViews.Versions versions(String app, String name) {
        AppState state = acting(app).app();
        StoredFunction function = find(state, name);
        return new FunctionViews.Versions(await(store.versions(state, function.id())).stream()
                .map(version -> new FunctionViews.VersionView(
                        version.version(),
                        version.version() == function.version(),
                        version.entry(),
                        version.timeoutMs(),
                        version.memoryMb(),
                        version.createdAt()))
                .toList());
    }

    @POST
    @Path("{name}/rollback")
    @RunOnVirtualThread
    public FunctionViews.RolledBack rollBack(String app, String name, @Nullable Rollback body) {
        Acting acting = acting(app);
        if (body == null || body.version() == null) {
            throw FunctionRules.invalid("Send the version to go back to");
        }
        StoredFunction function = deployer.rollBack(acting.app(), known(name), body.version());
        Invalidation told = tell(acting.app());
        record(
                acting,
                "function.rolled_back",
                "update",
                function,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("from", function.version())
                        .put("to", body.version()));
        return new FunctionViews.RolledBack(
                function.id().toString(), function.name(), body.version(), Instant.now(), told);
    }

    @GET
    @Path("{name}/metrics")
    @RunOnVirtualThread
    public FunctionViews.Metrics metrics(String app, String name) {
        AppState state = acting(app).app();
        StoredFunction function = find(state, name);
        LogRows.Day day = await(invocations.day(state, function.id()));
        @Nullable
        Statistics total =
                await(invocations.statistics(state, List.of(function.id()))).get(function.id());
        return new FunctionViews.Metrics(
                function.name(),
                "24h",
                day.calls(),
                day.errors(),
                day.calls() == 0 ? 0 : (double) day.errors() / day.calls(),
                day.median(),
                day.slowest(),
                day.cpu(),
                day.coldStarts(),
                day.sample(),
                total == null
                        ? new FunctionViews.Total(0, 0, 0, 0, null)
                        : new FunctionViews.Total(
                                total.calls(),
                                total.errors(),
                                total.averageDuration(),
                                total.coldStarts(),
                                total.lastAt()));
    }

    private StoredFunction find(AppState app, String name) {
        return await(store.find(app, known(name))).orElseThrow(Deployer::notFound);
    }

    /** Postgres cannot even be asked for some texts. */
    private static String known(String name) {
        if (name.indexOf('\0') >= 0) {
            throw Deployer.notFound();
        }
        return name;
    }

    private static String shortened(String name) {
        return name.length() > 100 ? name.substring(0, 100) : name;
    }

    private Invalidation tell(AppState app) {
        return new Invalidation(deployer.tell(app), 1);
    }

    private void record(Acting acting, String type, String action, StoredFunction function, @Nullable ObjectNode data) {
        audit.record(
                acting,
                request,
                new AuditTrail.Deed(type, action, "function", function.id().toString(), data));
    }

    private Acting acting(String app) {
        return await(request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND));
    }

    private static <T> T await(Uni<T> result) {
        return result.await().atMost(LIMIT);
    }
}
