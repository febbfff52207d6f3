package dev.ghee.control.kv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.errors.WireError;
import dev.ghee.kv.KvOutcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.util.List;
import org.jboss.logging.Logger;

/** Results and errors as HTTP. */
@ApplicationScoped
class KvAnswers {
    private static final Logger LOG = Logger.getLogger(KvAnswers.class);
    private static final Buffer VALUE = Buffer.buffer("{\"value\":");

    private final ObjectMapper json;

    KvAnswers(ObjectMapper json) {
        this.json = json;
    }

    /** A status with a body, or without one when the body is empty. */
    record Answer(int status, Buffer body) {
        static Answer ok(JsonObject body) {
            return new Answer(200, body.toBuffer());
        }

        static Answer of(int status, JsonObject body) {
            return new Answer(status, body.toBuffer());
        }

        static Answer value(Buffer value) {
            return new Answer(200, valueObject(value));
        }

        static Answer nothing() {
            return new Answer(204, Buffer.buffer());
        }
    }

    static Buffer valueObject(Buffer value) {
        return Buffer.buffer(value.length() + 10)
                .appendBuffer(VALUE)
                .appendBuffer(value)
                .appendByte((byte) '}');
    }

    static JsonObject rule(ExposeRule rule) {
        return new JsonObject()
                .put("pattern", rule.pattern().text())
                .put("read", rule.read().wireName())
                .put("write", rule.write().wireName())
                .put("order", rule.order());
    }

    /** The results of a batch, in order. */
    Answer results(List<KvOutcome> outcomes, String path) {
        Buffer body = Buffer.buffer("{\"results\":[");
        String separator = "";
        for (KvOutcome outcome : outcomes) {
            body.appendString(separator).appendBuffer(result(outcome, path));
            separator = ",";
        }
        return new Answer(200, body.appendString("]}"));
    }

    private Buffer result(KvOutcome outcome, String path) {
        return switch (outcome) {
            case KvOutcome.Found found -> valueObject(found.value());
            case KvOutcome.Missing _ -> Buffer.buffer("{\"value\":null}");
            case KvOutcome.Stored _ -> Buffer.buffer("{\"ok\":true}");
            case KvOutcome.Deleted deleted -> Buffer.buffer("{\"deleted\":" + (deleted.existed() ? 1 : 0) + "}");
            case KvOutcome.Refused refused -> error(refused.error(), path);
        };
    }

    void write(HttpServerResponse response, Answer answer) {
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        if (answer.body().length() == 0) {
            response.end();
        } else {
            response.putHeader("content-type", "application/json").end(answer.body());
        }
    }

    void write(HttpServerResponse response, Throwable failure, String path) {
        GheeException error = known(failure);
        error.headers().forEach(response::putHeader);
        write(response, new Answer(error.httpStatus(), error(error, path)));
    }

    private static GheeException known(Throwable failure) {
        if (failure instanceof GheeException error) {
            switch (error.code().fault()) {
                case CALLER -> LOG.debugf("Refused: code=%s", error.code());
                case DEPENDENCY -> LOG.warnf(error, "Dependency failed: code=%s", error.code());
                case US -> LOG.errorf(error, "Failed: code=%s", error.code());
            }
            return error;
        }
        LOG.errorf(failure, "Unexpected failure: code=%s", ErrorCode.INTERNAL_ERROR);
        return new GheeException(ErrorCode.INTERNAL_ERROR, "Something went wrong on our side");
    }

    private Buffer error(GheeException error, String path) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(WireError.of(error, path)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
