package dev.ghee.service.traffic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.errors.GheeException;
import dev.ghee.errors.WireError;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;

/** Answers requests that no route gets to see, in the shape that their route would have used. */
@ApplicationScoped
class Refusals {
    private final ObjectMapper json;

    Refusals(ObjectMapper json) {
        this.json = json;
    }

    void answer(RoutingContext ctx, GheeException error) {
        ctx.response()
                .setStatusCode(error.httpStatus())
                .putHeader("content-type", "application/json")
                .end(body(error, ctx.request().path()));
    }

    private Buffer body(GheeException error, String path) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(WireError.of(error, path)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
