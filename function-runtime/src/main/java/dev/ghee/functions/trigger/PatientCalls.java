package dev.ghee.functions.trigger;

import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls of functions for events: tried again when the failure may pass, given up after the last pause. */
@ApplicationScoped
public class PatientCalls {
    private static final int SERVER_ERROR = 500;
    private static final int TOO_MANY = 429;

    private final Vertx vertx;

    PatientCalls(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Completes when the call succeeded or was given up; never fails. Calls on an event loop of its own choice.
     *
     * @param pauses before each further try
     * @param givenUp told the last failure
     */
    public Future<Void> attempt(Supplier<Future<Void>> call, List<Duration> pauses, Consumer<Throwable> givenUp) {
        Promise<Void> done = Promise.promise();
        vertx.getOrCreateContext().runOnContext(_ -> attempt(call, pauses, givenUp, done));
        return done.future();
    }

    private void attempt(
            Supplier<Future<Void>> call, List<Duration> pauses, Consumer<Throwable> givenUp, Promise<Void> done) {
        call.get().onSuccess(done::complete).onFailure(failure -> {
            if (pauses.isEmpty() || !worthAnotherTry(failure)) {
                givenUp.accept(failure);
                done.complete();
            } else {
                vertx.setTimer(
                        pauses.getFirst().toMillis(),
                        _ -> attempt(call, pauses.subList(1, pauses.size()), givenUp, done));
            }
        });
    }

    /** What is not there, or is refused, will be so in a minute. */
    private static boolean worthAnotherTry(Throwable failure) {
        return !(failure instanceof GheeException refused)
                || refused.httpStatus() >= SERVER_ERROR
                || refused.httpStatus() == TOO_MANY;
    }
}
