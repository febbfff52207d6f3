package dev.ghee.functions.invoke;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.engine.CallBody;
import dev.ghee.functions.engine.Engine;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.rls.DbClaims;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Calls functions for everything that is no client: schedules, webhooks, queues, hooks, sockets, and other functions.
 * Body and answer are taken whole; each call is in the function's log.
 */
@ApplicationScoped
public class Invocations {
    private static final String AFTER = "x-ghee-after";
    private static final String INTERNAL_HOST = "function.internal";

    private final Engine engine;
    private final Calls calls;
    private final InvokeConfig config;

    Invocations(Engine engine, Calls calls, InvokeConfig config) {
        this.engine = engine;
        this.calls = calls;
        this.config = config;
    }

    /**
     * The function's answer, whatever its status. Fails with the errors of {@link Engine#call}, with
     * {@code APP_PAUSED} and its like when the app is not serving, with {@code VALIDATION_INVALID_INPUT} when calls
     * are nested too deeply, and with {@code EXTERNAL_NETWORK_ERROR} when the answer is too long.
     */
    public Future<InvocationResult> run(AppState app, DeployedFunction function, TriggerCall call) {
        String user = call.userId();
        DbClaims claims = user == null ? DbClaims.service() : CallerRules.user(user);
        return run(app, function, call, CallingAs.loopback(user, claims, false));
    }

    /**
     * The same with the rights of whoever caused the call, as they are known.
     *
     * @param claims a user's have to be of the call's user
     */
    public Future<InvocationResult> runAs(AppState app, DeployedFunction function, TriggerCall call, DbClaims claims) {
        CallingAs as = claims.equals(DbClaims.anonymous())
                ? CallingAs.anonymous()
                : CallingAs.loopback(call.userId(), claims, false);
        return run(app, function, call, as);
    }

    Future<InvocationResult> run(AppState app, DeployedFunction function, TriggerCall call, CallingAs as) {
        try {
            AppGuard.requireServing(app);
            if (call.loopDepth() > config.maxLoopDepth()) {
                throw new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT,
                        "Functions call each other at most " + config.maxLoopDepth() + " deep");
            }
        } catch (GheeException e) {
            return Future.failedFuture(e);
        }
        int query = call.path().indexOf('?');
        String path = query < 0 ? call.path() : call.path().substring(0, query);
        var origin = new Calls.Origin(call.kind(), call.method(), path, null, "", true);
        Calls.Running running = calls.begin(app, function, as, origin, call.loopDepth());
        MultiMap headers = HttpHeaders.headers().addAll(call.headers());
        headers.remove(HttpHeaders.CONTENT_LENGTH).remove(HttpHeaders.TRANSFER_ENCODING);
        if (!headers.contains(HttpHeaders.HOST)) {
            headers.set(HttpHeaders.HOST, INTERNAL_HOST);
        }
        boolean bodiless = call.body().length() == 0
                && (call.method().equals(HttpMethod.GET) || call.method().equals(HttpMethod.HEAD));
        CallBody body = bodiless ? new CallBody.None() : new CallBody.Whole(call.body());
        return engine.call(running.call(call.path(), headers, body))
                .compose(answer -> {
                    running.headed(answer.statusCode(), answer.getHeader(AFTER) != null);
                    return whole(answer);
                })
                .onComplete(done -> {
                    if (done.succeeded()) {
                        running.answered();
                    } else {
                        running.failed(done.cause());
                    }
                });
    }

    private Future<InvocationResult> whole(HttpClientResponse answer) {
        Promise<InvocationResult> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        answer.handler(part -> {
            if (body.length() + part.length() <= config.maxWholeAnswerBytes()) {
                body.appendBuffer(part);
            } else if (whole.tryFail(new GheeException(
                    ErrorCode.EXTERNAL_NETWORK_ERROR,
                    "The function's answer is longer than " + config.maxWholeAnswerBytes() + " bytes"))) {
                answer.request().reset();
            }
        });
        answer.exceptionHandler(whole::tryFail);
        answer.endHandler(_ -> whole.tryComplete(new InvocationResult(answer.statusCode(), own(answer), body)));
        answer.resume();
        return whole.future();
    }

    private static MultiMap own(HttpClientResponse answer) {
        MultiMap headers = HttpHeaders.headers().addAll(answer.headers());
        return headers.remove(AFTER).remove(HttpHeaders.TRANSFER_ENCODING).remove(HttpHeaders.CONNECTION);
    }
}
