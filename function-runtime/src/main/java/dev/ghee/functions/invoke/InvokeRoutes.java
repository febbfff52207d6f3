package dev.ghee.functions.invoke;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code ANY /v1/{app}/fn/{name}}, with anything behind it, and {@code POST /v1/{app}/functions/{name}/invoke}. Plain
 * routes on the event loop: this is the path that has to be short.
 */
@ApplicationScoped
class InvokeRoutes {
    private static final String AS_USER = "X-Butterbase-As-User";

    private final AppDirectory apps;
    private final FunctionDirectory functions;
    private final CallerResolver callers;
    private final HttpCalls calls;
    private final HttpAnswers answers;

    InvokeRoutes(
            AppDirectory apps,
            FunctionDirectory functions,
            CallerResolver callers,
            HttpCalls calls,
            HttpAnswers answers) {
        this.apps = apps;
        this.functions = functions;
        this.callers = callers;
        this.calls = calls;
        this.answers = answers;
    }

    void register(@Observes Router router) {
        router.route("/v1/:app/fn/*").handler(this::overHttp);
        router.post("/v1/:app/functions/:name/invoke").handler(this::byAdministrator);
    }

    private record Target(AppState app, DeployedFunction function) {}

    /** @param refused why the credential means nothing to functions */
    private record Credited(Caller caller, @Nullable GheeException refused) {}

    private void overHttp(RoutingContext http) {
        Optional<FunctionPath> path = FunctionPath.of(http.request().path(), "fn");
        if (path.isEmpty()) {
            answers.functionNotFound(http);
            return;
        }
        http.request().pause();
        find(path.get())
                .compose(target -> {
                    Trigger.Http trigger = target.flatMap(
                                    found -> found.function().trigger(Trigger.Http.class))
                            .orElse(null);
                    if (target.isEmpty() || trigger == null) {
                        answers.functionNotFound(http);
                        return Future.succeededFuture();
                    }
                    requireMethod(http.request(), trigger);
                    return overHttp(http, target.get(), trigger);
                })
                .onFailure(failure -> answers.failed(http, failure));
    }

    private Future<Void> overHttp(RoutingContext http, Target target, Trigger.Http trigger) {
        return credited(http.request(), target.app().appId()).map(credited -> {
            CallingAs as = CallerRules.overHttp(
                    credited.caller(),
                    target.app(),
                    target.function(),
                    trigger.auth(),
                    http.request().getHeader(AS_USER),
                    credited.refused());
            calls.pass(http, target.app(), target.function(), as, "http");
            return null;
        });
    }

    private void byAdministrator(RoutingContext http) {
        HttpServerRequest request = http.request();
        Optional<FunctionPath> path = FunctionPath.of(request.path(), "functions");
        if (path.isEmpty()) {
            answers.failed(http, noFunction());
            return;
        }
        request.pause();
        resolve(request, path.get().app())
                .compose(caller -> find(path.get())
                        .recover(failure -> Future.failedFuture(hidden(caller, failure)))
                        .map(target -> {
                            // Who may not see the app is told so, whether there is such a function or not.
                            AppState app = target.map(Target::app)
                                    .orElseGet(
                                            () -> apps.known(path.get().app()).orElseThrow(InvokeRoutes::noFunction));
                            DeployedFunction function =
                                    target.map(Target::function).orElse(null);
                            if (function == null) {
                                CallerRules.requireAdministrator(caller, app);
                                throw noFunction();
                            }
                            CallingAs as =
                                    CallerRules.byAdministrator(caller, app, function, request.getHeader(AS_USER));
                            calls.pass(http, app, function, as, "invoke");
                            return null;
                        }))
                .onFailure(failure -> answers.failed(http, failure));
    }

    /** Empty when the app has no such function. Fails when there is no such app, or it is not serving. */
    private Future<Optional<Target>> find(FunctionPath path) {
        return app(path.app()).compose(app -> {
            AppGuard.requireServing(app);
            return functions.find(app, path.function()).map(found -> found.map(function -> new Target(app, function)));
        });
    }

    private Future<AppState> app(AppId id) {
        Optional<AppState> known = apps.known(id);
        return known.isPresent() ? Future.succeededFuture(known.get()) : UniHelper.toFuture(apps.find(id));
    }

    private Future<Caller> resolve(HttpServerRequest request, AppId app) {
        return UniHelper.toFuture(callers.resolve(new Credentials(
                Credentials.bearerOf(request.getHeader("Authorization")),
                app,
                request.getHeader("X-Organization-Id"),
                request.getHeader("x-test-user-id"))));
    }

    /**
     * A function's clients may send credentials of any kind for the function itself. Only a token that says it is an
     * end user's has to be one.
     */
    private Future<Credited> credited(HttpServerRequest request, AppId app) {
        if (request.getHeader("Authorization") == null) {
            return Future.succeededFuture(new Credited(new Caller.Anonymous(), null));
        }
        return resolve(request, app)
                .map(caller -> new Credited(caller, null))
                .recover(failure -> failure instanceof GheeException known && meansNothingHere(known)
                        ? Future.succeededFuture(new Credited(new Caller.Anonymous(), known))
                        : Future.failedFuture(failure));
    }

    private static boolean meansNothingHere(GheeException refusal) {
        return refusal.code() == ErrorCode.AUTH_INVALID_API_KEY || refusal.code() == ErrorCode.AUTH_INVALID_TOKEN;
    }

    private static void requireMethod(HttpServerRequest request, Trigger.Http trigger) {
        String method = request.method().name();
        String only = trigger.method();
        if (only != null && !only.equals(method) && !(method.equals("HEAD") && only.equals("GET"))) {
            throw new GheeException(ErrorCode.REQUEST_ERROR, "The function is called with " + only)
                    .withStatus(405)
                    .withHeader("Allow", only);
        }
    }

    /** Somebody without a credential learns that one is needed, not whether the app exists. */
    private static Throwable hidden(Caller caller, Throwable failure) {
        return failure instanceof GheeException known && known.httpStatus() == 404
                ? caller instanceof Caller.Anonymous
                        ? new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required")
                        : new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "App not found")
                : failure;
    }

    private static GheeException noFunction() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Function not found");
    }
}
