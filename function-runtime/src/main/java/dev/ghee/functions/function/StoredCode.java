package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.engine.FunctionCode;
import dev.ghee.functions.engine.FunctionCodeSource;
import dev.ghee.functions.wrapper.Wrapper;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Gives the isolate of a function all that it is made of: our wrapper, its modules, its environment. A version that was
 * in force a moment ago is still given, so that a call that has begun is not lost to a deployment.
 */
@ApplicationScoped
class StoredCode implements FunctionCodeSource {
    private final AppDirectory apps;
    private final FunctionStore store;
    private final FunctionSecrets secrets;

    StoredCode(AppDirectory apps, FunctionStore store, FunctionSecrets secrets) {
        this.apps = apps;
        this.store = store;
        this.secrets = secrets;
    }

    @Override
    public Future<FunctionCode> load(AppId app, String function, String revision) {
        OptionalInt version = Deployments.versionOf(revision);
        if (version.isEmpty()) {
            return Future.failedFuture(notFound());
        }
        return UniHelper.toFuture(apps.find(app).chain(state -> load(state, function, version.getAsInt(), revision)));
    }

    private Uni<FunctionCode> load(AppState app, String function, int version, String revision) {
        return store.code(app, function, version)
                .map(code -> code.orElseThrow(StoredCode::notFound))
                .chain(code -> store.env(app, FunctionStore.APP_ENV, code.function())
                        .map(env -> new FunctionCode(
                                app.appId(),
                                function,
                                revision,
                                Wrapper.MAIN_MODULE,
                                modules(code),
                                env(app, code, env))));
    }

    private static Map<String, String> modules(FunctionStore.Code code) {
        Map<String, String> all = new HashMap<>(code.modules());
        all.putAll(Wrapper.modules());
        return all;
    }

    /** The app's, then the function's own, which win; what the platform says of the app comes with each call. */
    private Map<String, String> env(AppState app, FunctionStore.Code code, List<FunctionRows.Variable> variables) {
        Map<String, String> env = new HashMap<>();
        for (FunctionRows.Variable variable : variables) {
            if (variable.function().equals(FunctionStore.APP_ENV)) {
                env.put(variable.key(), secrets.open(app.appId(), variable));
            }
        }
        for (FunctionRows.Variable variable : variables) {
            if (variable.function().equals(code.function())) {
                env.put(variable.key(), secrets.open(app.appId(), variable));
            }
        }
        return env;
    }

    private static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "No such function, or no longer this version of it");
    }
}
