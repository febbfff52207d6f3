package dev.ghee.functions.binding;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Set;

/** {@code ctx.invoke}. */
@ApplicationScoped
class InvokeBinding implements Binding {
    private static final int MAX_BYTES = 10 << 20;
    private static final String FUNCTION = "x-ghee-function";
    private static final String METHOD = "x-ghee-method";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final FunctionInvoker invoker;

    InvokeBinding(FunctionInvoker invoker) {
        this.invoker = invoker;
    }

    @Override
    public String name() {
        return "invoke";
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
        String function = request.getHeader(FUNCTION);
        String method = String.valueOf(request.getHeader(METHOD)).toUpperCase(Locale.ROOT);
        if (function == null || !METHODS.contains(method)) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "ctx.invoke takes a function and a method");
        }
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        request.headers().forEach(header -> {
            if (!header.getKey().toLowerCase(Locale.ROOT).startsWith("x-ghee-")) {
                headers.add(header.getKey(), header.getValue());
            }
        });
        return invoker.invoke(call, function, HttpMethod.valueOf(method), headers, body);
    }
}
