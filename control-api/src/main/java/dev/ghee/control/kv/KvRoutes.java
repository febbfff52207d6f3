package dev.ghee.control.kv;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.control.kv.KvAnswers.Answer;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code /v1/{app}/kv}. A plain route rather than a resource: a key's path may go on with slashes, and what is done for
 * a request costs less than a resource's own way to it.
 */
@ApplicationScoped
class KvRoutes {
    /** Before resources, whose tables would answer otherwise, and after what counts and refuses. */
    private static final int ORDER = 100;

    private static final int MAX_BODY = 1024 * 1024;

    private final CallerResolver callers;
    private final AppDirectory apps;
    private final KeyOperations keys;
    private final StoreOperations stores;
    private final KvAnswers answers;
    private final Optional<byte[]> bypassToken;

    KvRoutes(
            CallerResolver callers,
            AppDirectory apps,
            KeyOperations keys,
            StoreOperations stores,
            KvAnswers answers,
            @ConfigProperty(name = "ghee.rate-limit.bypass-token") Optional<String> bypassToken) {
        this.callers = callers;
        this.apps = apps;
        this.keys = keys;
        this.stores = stores;
        this.answers = answers;
        this.bypassToken = bypassToken.filter(token -> !token.isBlank()).map(KvRoutes::bytes);
    }

    void register(@Observes Router router) {
        router.route("/v1/:app/kv/*").order(ORDER).handler(this::handle);
    }

    private void handle(RoutingContext ctx) {
        HttpServerRequest http = ctx.request();
        String path = http.path();
        body(http)
                .compose(body -> serve(http, body))
                .onSuccess(answer -> answers.write(http.response(), answer))
                .onFailure(failure -> answers.write(http.response(), failure, path));
    }

    private Future<Answer> serve(HttpServerRequest http, Buffer body) {
        String id = appOf(http.path());
        AppId app = AppId.isValid(id) ? new AppId(id) : null;
        var credentials = new Credentials(
                Credentials.bearerOf(http.getHeader("Authorization")),
                app,
                http.getHeader("X-Organization-Id"),
                http.getHeader("x-test-user-id"));
        return future(callers.resolve(credentials))
                .compose(caller -> future(apps.find(id)).compose(state -> serve(http, body, caller, state)));
    }

    private Future<Answer> serve(HttpServerRequest http, Buffer body, Caller caller, AppState app) {
        String method = http.method().name();
        OrganizationRole least = method.equals("GET") ? OrganizationRole.VIEWER : OrganizationRole.DEVELOPER;
        KvCaller who = KvCaller.of(caller, app, least);
        KvAddress address = KvAddress.parse(http.path(), method).orElse(null);
        if (address == null) {
            return Future.succeededFuture(unknownRoute(http));
        }
        KvFields fields = KvFields.of(body);
        Optional<Future<Answer>> answer = switch (address) {
            case KvAddress.OfKey key ->
                keys.run(
                        new KeyOperations.Request(
                                app, who, mayBypass(http), method, "true".equals(http.getParam("touch")), fields),
                        key);
            case KvAddress.OfStore(String name)
            when name.equals("_batch") ->
                method.equals("POST")
                        ? Optional.of(keys.batch(
                                new KeyOperations.Request(app, who, mayBypass(http), method, false, fields),
                                http.path()))
                        : Optional.empty();
            case KvAddress.OfStore _, KvAddress.Rules _, KvAddress.RuleOf _ ->
                switch (who) {
                    case KvCaller.Administrator _ -> stores.run(app, method, address, http.params(), fields);
                    case KvCaller.Guest guest -> throw KvCaller.refusal(guest);
                };
        };
        return answer.orElseGet(() -> Future.succeededFuture(unknownRoute(http)));
    }

    private static String appOf(String path) {
        int start = "/v1/".length();
        int end = path.indexOf('/', start);
        return end < 0 ? "" : path.substring(start, end);
    }

    /** As for any route that does not exist. */
    private static Answer unknownRoute(HttpServerRequest http) {
        return Answer.of(
                404,
                new JsonObject()
                        .put("message", "Route " + http.method().name() + ":" + http.path() + " not found")
                        .put("error", "Not Found")
                        .put("statusCode", 404));
    }

    /** The whole body; most requests have none, and some of those say that it is JSON. */
    private static Future<Buffer> body(HttpServerRequest http) {
        String length = http.getHeader("Content-Length");
        if (http.getHeader("Transfer-Encoding") == null && (length == null || length.equals("0"))) {
            http.resume();
            return Future.succeededFuture(Buffer.buffer());
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer all = Buffer.buffer();
        http.exceptionHandler(whole::tryFail);
        http.handler(part -> {
            if (all.length() + part.length() > MAX_BODY) {
                http.response().putHeader("connection", "close");
                whole.tryFail(new GheeException(
                                ErrorCode.REQUEST_ERROR, "The request body is longer than " + MAX_BODY + " bytes")
                        .withStatus(413));
            } else {
                all.appendBuffer(part);
            }
        });
        http.endHandler(_ -> whole.tryComplete(all));
        http.resume();
        return whole.future();
    }

    private static <T> Future<T> future(Uni<T> uni) {
        Promise<T> result = Promise.promise();
        uni.subscribe().with(result::complete, result::fail);
        return result.future();
    }

    private boolean mayBypass(HttpServerRequest http) {
        String sent = http.getHeader("x-rate-limit-bypass");
        return sent != null && bypassToken.isPresent() && MessageDigest.isEqual(bypassToken.get(), bytes(sent));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
