package dev.ghee.storage.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Bodies of plain routes: JSON objects of at most {@value #MOST_BYTES} bytes. */
@ApplicationScoped
public class JsonBody {
    private static final int MOST_BYTES = 65_536;

    private final ObjectMapper json;

    JsonBody(ObjectMapper json) {
        this.json = json;
    }

    /**
     * Reads a request that is paused. Fails with {@code VALIDATION_INVALID_SCHEMA} for anything but an object, and with
     * 413 {@code REQUEST_ERROR}.
     */
    public Future<ObjectNode> read(HttpServerRequest request) {
        Promise<ObjectNode> read = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > MOST_BYTES) {
                request.handler(null);
                read.tryFail(new GheeException(
                                ErrorCode.REQUEST_ERROR, "The request body is longer than " + MOST_BYTES + " bytes")
                        .withStatus(413));
            } else {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(read::tryFail);
        request.endHandler(_ -> {
            try {
                read.tryComplete(parse(body));
            } catch (GheeException e) {
                read.tryFail(e);
            }
        });
        request.resume();
        return read.future();
    }

    private ObjectNode parse(Buffer body) {
        JsonNode read;
        try {
            read = json.readTree(body.getBytes());
        } catch (IOException | RuntimeException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request body is no JSON", e);
        }
        if (read instanceof ObjectNode object) {
            return object;
        }
        throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The request body must be a JSON object");
    }

    /** The field, and what it should be. */
    public static GheeException misfit(String field, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, field + " " + message)
                .withDetails(List.of(Map.of("path", field, "message", message)));
    }
}
