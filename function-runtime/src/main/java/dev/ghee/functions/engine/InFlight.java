package dev.ghee.functions.engine;

import io.vertx.core.http.HttpClientRequest;
import org.jspecify.annotations.Nullable;

/** A call that has its place in a process, from then until the last byte of its answer. */
final class InFlight {
    private final FunctionProcess process;
    private final String function;
    private final CallLimits limits;
    private final long deadline;
    private volatile @Nullable HttpClientRequest request;
    private volatile boolean timedOut;

    InFlight(FunctionProcess process, Call call) {
        this.process = process;
        this.function = call.function();
        this.limits = call.limits();
        this.deadline = System.nanoTime() + call.limits().wallTime().toNanos();
    }

    FunctionProcess process() {
        return process;
    }

    String function() {
        return function;
    }

    CallLimits limits() {
        return limits;
    }

    boolean timedOut() {
        return timedOut;
    }

    void sent(HttpClientRequest sent) {
        request = sent;
        if (timedOut) {
            sent.reset();
        }
    }

    /** Ends the call when its time is over. */
    void endIfLate(long now) {
        if (!timedOut && now - deadline > 0) {
            timedOut = true;
            HttpClientRequest sent = request;
            if (sent != null) {
                sent.reset();
            }
        }
    }
}
