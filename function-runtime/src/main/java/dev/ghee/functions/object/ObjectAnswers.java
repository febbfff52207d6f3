package dev.ghee.functions.object;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.errors.WireError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import org.jboss.logging.Logger;

/** Answers that no object gave. */
@ApplicationScoped
class ObjectAnswers {
    private static final Logger LOG = Logger.getLogger(ObjectAnswers.class);

    private final ObjectMapper json;

    ObjectAnswers(ObjectMapper json) {
        this.json = json;
    }

    void unauthorized(HttpServerRequest request) {
        text(request, 401, "unauthorized");
    }

    void notFound(HttpServerRequest request) {
        text(request, 404, "not found");
    }

    private static void text(HttpServerRequest request, int status, String text) {
        if (mayAnswer(request)) {
            request.resume();
            request.response()
                    .setStatusCode(status)
                    .putHeader("content-type", "text/plain; charset=utf-8")
                    .end(text);
        }
    }

    /** The envelope for what the platform knows, {@code INTERNAL_ERROR} for everything else. */
    void failed(HttpServerRequest request, Throwable failure) {
        GheeException error = failure instanceof GheeException known ? known : unexpected(failure);
        if (error.code().fault() != ErrorCode.Fault.CALLER) {
            LOG.warnf(error, "Request to an object failed: code=%s", error.code());
        }
        if (!mayAnswer(request)) {
            return;
        }
        request.resume();
        HttpServerResponse response = request.response().setStatusCode(error.httpStatus());
        error.headers().forEach(response::putHeader);
        response.putHeader("content-type", "application/json").end(body(error));
    }

    private static GheeException unexpected(Throwable failure) {
        return new GheeException(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side", failure);
    }

    private static boolean mayAnswer(HttpServerRequest request) {
        return !request.response().headWritten() && !request.response().closed();
    }

    private Buffer body(GheeException error) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(WireError.of(error, ObjectAddress.SEGMENT)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
