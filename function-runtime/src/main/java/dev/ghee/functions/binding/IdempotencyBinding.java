package dev.ghee.functions.binding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.AppPools;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;

/** {@code ctx.idempotency.claim}: true for whoever comes first, until the claim has expired. */
@ApplicationScoped
class IdempotencyBinding implements Binding {
    private static final int MAX_BYTES = 8192;
    private static final int MAX_LENGTH = 255;
    private static final Duration LONGEST = Duration.ofDays(30);

    /** Takes a key that nobody has, or whose claim has expired; each claim clears away a few expired ones. */
    private static final String CLAIM = """
            WITH swept AS (
              DELETE FROM ghee.idempotency_keys WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM ghee.idempotency_keys
                WHERE expires_at < now() - interval '1 minute' AND (scope, key) <> ($1, $2)
                LIMIT 10 FOR UPDATE SKIP LOCKED)))
            INSERT INTO ghee.idempotency_keys AS held (scope, key, expires_at)
            VALUES ($1, $2, now() + $3 * interval '1 millisecond')
            ON CONFLICT (scope, key) DO UPDATE SET expires_at = excluded.expires_at WHERE held.expires_at <= now()
            RETURNING 1""";

    private static final ObjectReader MESSAGE = new JsonMapper().reader();

    private final AppPools pools;
    private final BindingConfig config;

    IdempotencyBinding(AppPools pools, BindingConfig config) {
        this.pools = pools;
        this.config = config;
    }

    @Override
    public String name() {
        return "idempotency";
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
        JsonNode message = parse(body);
        var claim = Tuple.of(text(message, "scope"), text(message, "key"), (double)
                lifetime(message.path("ttlSeconds")).toMillis());
        return Future.fromCompletionStage(pools.withOwner(
                        call.grant().app(),
                        connection -> connection.preparedQuery(CLAIM).execute(claim))
                .map(rows -> HostAnswer.json(
                        new JsonObject().put("claimed", rows.rowCount() > 0).encode()))
                .subscribeAsCompletionStage());
    }

    private static String text(JsonNode message, String name) {
        String text = message.path(name).asText("");
        if (text.isEmpty() || text.length() > MAX_LENGTH || text.indexOf('\0') >= 0) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "The " + name + " has 1 to " + MAX_LENGTH + " characters");
        }
        return text;
    }

    private Duration lifetime(JsonNode seconds) {
        if (seconds.isMissingNode() || seconds.isNull()) {
            return config.idempotencyTime();
        }
        double value = seconds.asDouble(0);
        if (!seconds.isNumber() || !(value > 0) || value > LONGEST.toSeconds()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "ttlSeconds is more than 0 and at most " + LONGEST.toSeconds());
        }
        return Duration.ofMillis(Math.max(1, Math.round(value * 1000)));
    }

    private static JsonNode parse(Buffer body) {
        try {
            return MESSAGE.readTree(body.getBytes());
        } catch (JsonProcessingException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "That is no JSON that can be read");
        } catch (IOException e) {
            throw new IllegalStateException("Reading memory does not fail", e);
        }
    }
}
