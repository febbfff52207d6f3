package dev.ghee.functions.engine;

import dev.ghee.contracts.AppId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;

/**
 * One call of a function.
 *
 * @param uri path and query, as the function sees them
 * @param headers as the function sees them; {@code x-ghee-*} and hop-by-hop ones are dropped
 * @param contextJson what the main module finds in header {@code x-ghee-context}, as one line of ASCII, at most 16 KiB:
 *     has to hold the capability with which this call may use its host
 */
public record Call(
        AppId app,
        String function,
        String revision,
        CallLimits limits,
        HttpMethod method,
        String uri,
        MultiMap headers,
        CallBody body,
        String contextJson) {
    /** Without headers and context, which hold credentials. */
    @Override
    public String toString() {
        return "Call[" + app + " " + function + "@" + revision + " " + method + " " + uri + "]";
    }
}
