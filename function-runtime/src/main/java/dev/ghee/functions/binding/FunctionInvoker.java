package dev.ghee.functions.binding;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

/** Calls another function of the same app, for {@code ctx.invoke}. */
public interface FunctionInvoker {
    /**
     * The other function's answer, run with the rights of the call that asks for it. Fails with
     * {@code RESOURCE_NOT_FOUND}, and with {@code VALIDATION_INVALID_INPUT} when calls are nested too deeply.
     */
    Future<HostAnswer> invoke(Invocation caller, String function, HttpMethod method, MultiMap headers, Buffer body);
}
