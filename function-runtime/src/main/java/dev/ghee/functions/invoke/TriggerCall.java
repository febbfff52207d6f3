package dev.ghee.functions.invoke;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * A call that does not come over HTTP, in the shape of one that does.
 *
 * @param kind of trigger, for the log: {@code cron}, {@code webhook}, {@code queue} and so on
 * @param path that the function sees, with its query
 * @param userId whom the call acts for; null for the app itself, with the service role
 * @param loopDepth how many calls led to this one; 0 when none did
 */
public record TriggerCall(
        String kind,
        HttpMethod method,
        String path,
        MultiMap headers,
        Buffer body,
        @Nullable String userId,
        int loopDepth) {
    /** Without body and headers, which may hold secrets. */
    @Override
    public String toString() {
        return "TriggerCall[" + kind + " " + method + "]";
    }
}
