package dev.ghee.functions.binding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.binding.BindingFailure.Problem;
import dev.ghee.functions.engine.HostHandler;
import io.quarkus.arc.All;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Takes the questions of functions' code, checks that they come from a call under way, and has them answered. */
@ApplicationScoped
class BindingHost implements HostHandler {
    private static final Logger LOG = Logger.getLogger(BindingHost.class);
    private static final String CAPABILITY = "x-ghee-capability";
    /** Tells the wrapper that this is another function's answer, not the host's own. */
    private static final String ANSWER = "x-ghee-answer";

    private final Capabilities capabilities;
    private final ObjectMapper json;
    private final Map<String, Binding> bindings = new HashMap<>();

    BindingHost(Capabilities capabilities, ObjectMapper json, @All List<Binding> bindings) {
        this.capabilities = capabilities;
        this.json = json;
        for (Binding binding : bindings) {
            if (this.bindings.put(binding.name(), binding) != null) {
                throw new IllegalStateException("Two bindings are named " + binding.name());
            }
        }
    }

    @Override
    public void handle(AppId app, HttpServerRequest request) {
        Invocation call = capabilities.find(app, request.getHeader(CAPABILITY));
        String path = String.valueOf(request.path());
        int slash = path.indexOf('/', 1);
        Binding binding = bindings.get(path.substring(Math.min(1, path.length()), slash < 0 ? path.length() : slash));
        if (call == null || binding == null) {
            // The same for a capability that never was, that is another app's, and that is over.
            fail(request.response(), Invocation.ended());
            return;
        }
        String rest = slash < 0 ? "" : path.substring(slash + 1);
        body(request, binding.maxBytes())
                .compose(body -> asked(call, binding, rest, request, body))
                .onComplete(answer -> {
                    if (answer.succeeded()) {
                        write(request.response(), answer.result());
                    } else {
                        fail(request.response(), answer.cause());
                    }
                });
    }

    private static Future<HostAnswer> asked(
            Invocation call, Binding binding, String path, HttpServerRequest request, Buffer body) {
        call.ask();
        Future<HostAnswer> answer;
        try {
            answer = binding.answer(call, path, request, body);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.onComplete(_ -> call.told());
    }

    private static Future<Buffer> body(HttpServerRequest request, int maxBytes) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > maxBytes) {
                whole.tryFail(new GheeException(
                                ErrorCode.VALIDATION_INVALID_INPUT, "A message may have at most " + maxBytes + " bytes")
                        .withStatus(413));
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(_ -> whole.tryComplete(body));
        request.exceptionHandler(whole::tryFail);
        return whole.future();
    }

    private static void write(HttpServerResponse response, HostAnswer answer) {
        switch (answer) {
            case HostAnswer.Done _ -> response.setStatusCode(204).end();
            case HostAnswer.Json(Buffer text) ->
                response.putHeader("content-type", "application/json").end(text);
            case HostAnswer.Passed passed -> {
                response.setStatusCode(passed.status());
                response.headers().addAll(passed.headers()).set(ANSWER, "1");
                response.headers().remove("content-length").remove("transfer-encoding");
                response.end(passed.body());
            }
        }
    }

    private void fail(HttpServerResponse response, Throwable cause) {
        if (response.ended() || response.closed()) {
            return;
        }
        switch (cause) {
            case BindingFailure known -> problem(response, known.status(), known.problem());
            case GheeException known ->
                problem(
                        response,
                        known.httpStatus(),
                        new Problem("HostError", known.code().name(), known.message()));
            default -> {
                LOG.errorf(cause, "A function's question failed: code=%s", ErrorCode.INTERNAL_ERROR);
                problem(
                        response,
                        500,
                        new Problem("HostError", ErrorCode.INTERNAL_ERROR.name(), "The platform could not answer"));
            }
        }
    }

    private void problem(HttpServerResponse response, int status, Problem problem) {
        try {
            response.setStatusCode(status)
                    .putHeader("content-type", "application/json")
                    .end(Buffer.buffer(json.writeValueAsBytes(Map.of("error", problem))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A problem is text", e);
        }
    }
}
