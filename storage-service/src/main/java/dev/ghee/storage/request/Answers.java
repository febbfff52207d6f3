package dev.ghee.storage.request;

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

/** Answers of plain routes. */
@ApplicationScoped
public class Answers {
    private static final Logger LOG = Logger.getLogger(Answers.class);

    private final ObjectMapper json;

    Answers(ObjectMapper json) {
        this.json = json;
    }

    /** Anything that Jackson can write. */
    public void json(RoutingContext http, int status, Object body) {
        HttpServerResponse response = http.response();
        if (response.closed()) {
            return;
        }
        drain(http);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(Buffer.buffer(bytes(body)));
    }

    public void noContent(RoutingContext http) {
        if (!http.response().closed()) {
            drain(http);
            http.response().setStatusCode(204).end();
        }
    }

    /** The error in its wire shape; breaks off when the answer has already begun. */
    public void failed(RoutingContext http, Throwable cause) {
        HttpServerResponse response = http.response();
        if (response.headWritten()) {
            response.reset();
            return;
        }
        if (response.closed()) {
            return;
        }
        drain(http);
        // What the answer had announced before it broke off does not hold for this one.
        response.headers().remove(HttpHeaders.CONTENT_LENGTH).remove(HttpHeaders.CONTENT_ENCODING);
        response.setChunked(false);
        GheeException error = known(cause);
        response.setStatusCode(error.httpStatus()).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        error.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(bytes(WireError.of(error, http.request().path()))));
    }

    private byte[] bytes(Object body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Answers can be written", e);
        }
    }

    private static GheeException known(Throwable cause) {
        if (cause instanceof GheeException known) {
            switch (known.code().fault()) {
                case CALLER -> LOG.debugf("Refused: code=%s", known.code());
                case DEPENDENCY -> LOG.warnf(known, "Dependency failed: code=%s", known.code());
                case US -> LOG.errorf(known, "Failed: code=%s", known.code());
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
