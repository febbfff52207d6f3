package dev.ghee.functions.invoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.errors.WireError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/** The platform's own answers to calls of functions. */
@ApplicationScoped
class HttpAnswers {
    private static final Logger LOG = Logger.getLogger(HttpAnswers.class);
    private static final Buffer NO_FUNCTION = Buffer.buffer("{\"error\":\"Function not found\"}");

    private final ObjectMapper json;

    HttpAnswers(ObjectMapper json) {
        this.json = json;
    }

    /** Not the envelope: clients know this answer in the runtime's own words. */
    void functionNotFound(RoutingContext http) {
        drain(http);
        http.response()
                .setStatusCode(404)
                .putHeader("content-type", "application/json")
                .end(NO_FUNCTION);
    }

    /** Does nothing more than break off when the answer has already begun. */
    void failed(RoutingContext http, Throwable cause) {
        HttpServerResponse response = http.response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        if (response.closed()) {
            return;
        }
        drain(http);
        // What a function's answer had announced before it broke off does not hold for this one.
        response.headers().remove(HttpHeaders.CONTENT_LENGTH).remove(HttpHeaders.CONTENT_ENCODING);
        response.setChunked(false);
        GheeException error = known(cause);
        response.setStatusCode(error.httpStatus()).putHeader("content-type", "application/json");
        error.headers().forEach(response::putHeader);
        try {
            response.end(Buffer.buffer(
                    json.writeValueAsBytes(WireError.of(error, http.request().path()))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An error is text", e);
        }
    }

    private static GheeException known(Throwable cause) {
        if (cause instanceof GheeException known) {
            if (known.code().fault() == ErrorCode.Fault.US) {
                LOG.errorf(known, "Failed: code=%s", known.code());
            }
            return known;
        }
        LOG.errorf(cause, "Unexpected failure: code=%s", ErrorCode.INTERNAL_ERROR);
        return new GheeException(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side");
    }

    /** What is left of the request is read and dropped, so that the connection may be used again. */
    private static void drain(RoutingContext http) {
        if (!http.request().isEnded()) {
            http.request().handler(null).endHandler(null).resume();
        }
    }
}
