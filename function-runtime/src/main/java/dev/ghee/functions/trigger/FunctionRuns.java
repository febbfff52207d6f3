package dev.ghee.functions.trigger;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.invoke.InvocationResult;
import dev.ghee.functions.invoke.Invocations;
import dev.ghee.functions.invoke.TriggerCall;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls of functions for code that waits: call from a virtual thread, never from an event loop. */
@ApplicationScoped
public class FunctionRuns {
    /** Beside the function's own limit: for a queue in front of its process, and its start. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final Invocations invocations;

    FunctionRuns(Vertx vertx, Invocations invocations) {
        this.vertx = vertx;
        this.invocations = invocations;
    }

    /** The function's answer. Fails as {@link Invocations#run} does. */
    public InvocationResult run(AppState app, DeployedFunction function, TriggerCall call) {
        var done = new CompletableFuture<InvocationResult>();
        vertx.runOnContext(_ -> invocations.run(app, function, call).onComplete(answer -> {
            if (answer.succeeded()) {
                done.complete(answer.result());
            } else {
                done.completeExceptionally(answer.cause());
            }
        }));
        try {
            return done.get(longest(function).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof GheeException known
                    ? known
                    : new GheeException(ErrorCode.INTERNAL_ERROR, "The function could not be called", e.getCause());
        } catch (TimeoutException e) {
            throw new GheeException(ErrorCode.FUNCTION_TIMEOUT, "The function did not answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GheeException(ErrorCode.SERVICE_BUSY, "The service is stopping", e);
        }
    }

    /** After this long a call has certainly ended. */
    public static Duration longest(DeployedFunction function) {
        return function.limits().wallTime().plus(GRACE);
    }
}
