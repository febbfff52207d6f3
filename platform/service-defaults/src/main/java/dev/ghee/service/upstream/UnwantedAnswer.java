package dev.ghee.service.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;

/**
 * What is left of an answer that nobody wants any more. Resetting its request at once would not do: when the answer has
 * come to its end, though nobody has read it, its connection serves another call already, and closing it would end that
 * one.
 */
public final class UnwantedAnswer {
    /** Whatever has come is thrown away within this; what then still comes is cut off. */
    private static final long LIMIT_MILLIS = 100;

    private UnwantedAnswer() {}

    /** Throws it away; call on the answer's context, with no handlers set that matter. */
    public static void discard(Vertx vertx, HttpClientResponse answer) {
        Future<Void> end = answer.end();
        answer.exceptionHandler(_ -> {});
        answer.handler(_ -> {});
        answer.resume();
        if (!end.isComplete()) {
            long timer = vertx.setTimer(LIMIT_MILLIS, _ -> {
                if (!end.isComplete()) {
                    answer.request().reset();
                }
            });
            end.onComplete(_ -> vertx.cancelTimer(timer));
        }
    }
}
