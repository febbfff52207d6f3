package dev.ghee.functions.object;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.binding.Binding;
import dev.ghee.functions.binding.Grant;
import dev.ghee.functions.binding.HostAnswer;
import dev.ghee.functions.binding.Invocation;
import dev.ghee.functions.object.ObjectCalls.ObjectCall;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** {@code ctx.invokeDO}. */
@ApplicationScoped
class ObjectBinding implements Binding {
    private static final int MAX_BYTES = 10 << 20;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final ObjectCalls calls;

    ObjectBinding(ObjectCalls calls) {
        this.calls = calls;
    }

    @Override
    public String name() {
        return "object";
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
        String name = request.getHeader("x-ghee-class");
        String instance = request.getHeader("x-ghee-instance");
        String method = String.valueOf(request.getHeader("x-ghee-method")).toUpperCase(Locale.ROOT);
        if (name == null || instance == null || !METHODS.contains(method)) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "ctx.invokeDO takes a class, a key and a method");
        }
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        Grant grant = call.grant();
        String user = grant.claims().userId();
        var made = new ObjectCall(
                name,
                decoded(instance),
                HttpMethod.valueOf(method),
                headers,
                body,
                user.isEmpty() ? null : user,
                grant.loopDepth() + 1);
        return calls.call(grant.app(), made)
                .map(answer -> new HostAnswer.Passed(answer.status(), answer.headers(), answer.body()));
    }

    private static String decoded(String instance) {
        try {
            return URLDecoder.decode(instance.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "The key is not encoded", e);
        }
    }
}
