package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.build.Compiled;
import dev.ghee.functions.build.CompiledModule;
import dev.ghee.functions.build.Compiler;
import dev.ghee.functions.build.SourceException;
import dev.ghee.functions.build.Sources;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Changes what an app has deployed, one change of an app at a time, and tells every replica. Blocking. */
@ApplicationScoped
class Deployer {
    private static final Logger LOG = Logger.getLogger(Deployer.class);
    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(30);
    private static final int TELL_SECONDS = 3;

    private final FunctionStore store;
    private final FunctionSecrets secrets;
    private final FunctionChanges changes;
    private final Compiler compiler;
    private final FunctionConfig config;

    Deployer(
            FunctionStore store,
            FunctionSecrets secrets,
            FunctionChanges changes,
            Compiler compiler,
            FunctionConfig config) {
        this.store = store;
        this.secrets = secrets;
        this.changes = changes;
        this.compiler = compiler;
        this.config = config;
    }

    /** What came of a deployment. */
    record Deployed(StoredFunction function, boolean created) {}

    /** Fails with {@code VALIDATION_INVALID_SCHEMA} and, for one function too many, {@code QUOTA_RATE_LIMIT}. */
    Deployed deploy(AppState app, Deployment deployment) {
        deployment.check();
        deployment.specs(List.of(HAD_ANY_SECRET));
        FunctionStore.NewVersion version = compiled(deployment.sources());
        return await(store.change(
                app,
                change -> change.find(FunctionRules.requireName(deployment.name()))
                        .compose(old -> old.isPresent()
                                ? replace(app, change, deployment, version, old.get())
                                : create(app, change, deployment, version))));
    }

    /** Before anything is known of the function, a hidden secret may be one that it has. */
    private static final TriggerSpec HAD_ANY_SECRET = new TriggerSpec(
            TriggerSpec.WEBHOOK,
            com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                    .objectNode()
                    .put(TriggerSpec.SECRET, "any"),
            true);

    private FunctionStore.NewVersion compiled(Sources sources) {
        Compiled compiled;
        try {
            compiled = compiler.compile(sources);
        } catch (SourceException e) {
            throw FunctionRules.invalid(e);
        }
        FunctionRules.requireHandler(compiled, sources.files().getOrDefault(sources.entry(), ""));
        Map<String, String> modules = new HashMap<>();
        Map<String, String> maps = new HashMap<>();
        for (CompiledModule module : compiled.modules()) {
            modules.put(Modules.FOLDER + module.name(), module.source());
            maps.put(Modules.FOLDER + module.name(), module.sourceMap());
        }
        CompiledModule entry = compiled.entryModule();
        modules.put(Modules.entryName(), Modules.entry(entry.name(), entry.exports("default")));
        return new FunctionStore.NewVersion(sources.entry(), sources.files(), modules, maps);
    }

    private Future<Deployed> create(
            AppState app, FunctionStore.Changes change, Deployment deployment, FunctionStore.NewVersion version) {
        StoredFunction function = merged(app.appId(), deployment, null, 1);
        return change.count()
                .compose(count -> {
                    if (count >= config.maxPerApp()) {
                        throw new GheeException(
                                ErrorCode.QUOTA_RATE_LIMIT, "An app has at most " + config.maxPerApp() + " functions");
                    }
                    return change.insert(function);
                })
                .compose(_ -> change.addVersion(function, version, config.keptVersions()))
                .compose(_ -> env(app.appId(), change, function.id(), deployment.envVars()))
                .map(new Deployed(function, true));
    }

    private Future<Deployed> replace(
            AppState app,
            FunctionStore.Changes change,
            Deployment deployment,
            FunctionStore.NewVersion version,
            StoredFunction old) {
        return change.nextVersion(old.id()).compose(next -> {
            StoredFunction function = merged(app.appId(), deployment, old, next);
            return change.update(function)
                    .compose(_ -> change.addVersion(function, version, config.keptVersions()))
                    .compose(_ -> env(app.appId(), change, function.id(), deployment.envVars()))
                    .map(new Deployed(function, false));
        });
    }

    private StoredFunction merged(AppId app, Deployment next, @Nullable StoredFunction old, int version) {
        UUID id = old == null ? UUID.randomUUID() : old.id();
        List<TriggerSpec> had = old == null
                ? List.of()
                : old.triggers().stream()
                        .map(spec -> secrets.open(app, id, spec))
                        .toList();
        List<TriggerSpec> given = next.specs(had);
        List<TriggerSpec> triggers = given == null ? (old == null ? DEFAULT_TRIGGERS : had) : given;
        StoredFunction.AgentTool tool = old == null ? NO_TOOL : old.agentTool();
        Instant now = Instant.now();
        return new StoredFunction(
                id,
                FunctionRules.requireName(next.name()),
                next.description() == null && old != null ? old.description() : next.description(),
                version,
                old == null ? 0 : old.envRevision(),
                next.timeout(),
                next.memory(),
                triggers.stream().map(spec -> secrets.seal(app, id, spec)).toList(),
                new StoredFunction.AgentTool(
                        or(next.agentTool(), tool.enabled()),
                        next.agentToolDescription() == null ? tool.description() : next.agentToolDescription(),
                        or(next.agentToolMode(), tool.mode()),
                        or(next.agentToolExposedTo(), tool.exposedTo())),
                or(next.allowServiceKeyImpersonation(), old == null || old.allowServiceKeyImpersonation()),
                or(next.allowAsService(), old != null && old.allowAsService()),
                now,
                now);
    }

    private static final StoredFunction.AgentTool NO_TOOL =
            new StoredFunction.AgentTool(false, null, "read_only", "developer_only");
    private static final List<TriggerSpec> DEFAULT_TRIGGERS = List.of(new TriggerSpec(
            TriggerSpec.HTTP, com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode(), true));

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private Future<Void> env(
            AppId app, FunctionStore.Changes change, UUID function, @Nullable Map<String, String> variables) {
        return variables == null || variables.isEmpty()
                ? Future.succeededFuture()
                : changeEnv(app, change, function, new HashMap<>(variables)).mapEmpty();
    }

    private Future<Map<String, Instant>> changeEnv(
            AppId app, FunctionStore.Changes change, UUID owner, Map<String, @Nullable String> variables) {
        Map<String, Optional<String>> sealed = new TreeMap<>();
        variables.forEach((name, value) ->
                sealed.put(name, Optional.ofNullable(value).map(text -> secrets.seal(app, owner, name, text))));
        return change.changeEnv(owner, sealed)
                .compose(changed -> change.countEnv(owner).map(count -> {
                    FunctionRules.requireRoom(count);
                    return changed;
                }));
    }

    /** Merges variables into a function's environment. Fails with {@code RESOURCE_NOT_FOUND}. */
    StoredFunction changeEnv(AppState app, String name, Map<String, @Nullable String> variables) {
        return await(store.change(
                app,
                change -> change.find(name).compose(found -> {
                    StoredFunction function = found.orElseThrow(() -> notFound());
                    return changeEnv(app.appId(), change, function.id(), variables)
                            .map(function);
                })));
    }

    /** Merges variables into the app's environment; answers the names of the functions that see them. */
    List<String> changeAppEnv(AppState app, Map<String, @Nullable String> variables) {
        return await(store.change(app, change -> changeEnv(app.appId(), change, FunctionStore.APP_ENV, variables)))
                .keySet()
                .stream()
                .sorted()
                .toList();
    }

    /** Fails with {@code RESOURCE_NOT_FOUND}. */
    StoredFunction set(AppState app, String name, FunctionStore.Settings settings) {
        return await(store.change(
                app,
                change -> change.find(name).compose(found -> {
                    StoredFunction function = found.orElseThrow(() -> notFound());
                    return change.set(function.id(), settings).map(function);
                })));
    }

    /** False when there was none. */
    boolean delete(AppState app, String name) {
        return await(store.change(app, change -> change.delete(name))).isPresent();
    }

    /** Fails with {@code RESOURCE_NOT_FOUND} when there is no such function or version. */
    StoredFunction rollBack(AppState app, String name, int version) {
        return await(store.change(
                app,
                change -> change.find(name).compose(found -> {
                    StoredFunction function = found.orElseThrow(() -> notFound());
                    return change.rollBack(function.id(), version).map(done -> {
                        if (!done) {
                            throw new GheeException(
                                    ErrorCode.RESOURCE_NOT_FOUND, "No such version of this function is kept");
                        }
                        return function;
                    });
                })));
    }

    /** Tells every replica; false when Kafka did not take the word, and others will see the change a little later. */
    boolean tell(AppState app) {
        try {
            changes.changed(app.appId()).get(TELL_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("Other replicas not told of a change: app=%s cause=%s", app.appId(), e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "No function has this name");
    }

    private static <T> T await(Uni<T> result) {
        return result.await().atMost(DATABASE_LIMIT);
    }
}
