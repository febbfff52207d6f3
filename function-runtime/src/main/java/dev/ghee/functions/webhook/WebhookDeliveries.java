package dev.ghee.functions.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.Trigger;
import dev.ghee.tenancy.rls.AppStatements;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** What was accepted in the last 24 hours, so that it is not accepted again. Waits for the app's database. */
@ApplicationScoped
class WebhookDeliveries {
    private static final String CLAIM = """
            WITH old AS (DELETE FROM ghee.webhook_deliveries WHERE (function_id, delivery) IN (
              SELECT function_id, delivery FROM ghee.webhook_deliveries
              WHERE received_at < now() - interval '24 hours' AND NOT (function_id = $1 AND delivery = $2) LIMIT 100))
            INSERT INTO ghee.webhook_deliveries AS d (function_id, delivery) VALUES ($1, $2)
            ON CONFLICT (function_id, delivery) DO UPDATE SET received_at = now()
              WHERE d.received_at < now() - interval '24 hours'
            RETURNING delivery""";
    private static final String RELEASE =
            "DELETE FROM ghee.webhook_deliveries WHERE function_id = $1 AND delivery = $2";
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_KEY = 500;

    private final AppStatements statements;

    WebhookDeliveries(AppStatements statements) {
        this.statements = statements;
    }

    /** What tells this delivery from others: something that was signed, or what the trigger says. */
    static byte[] key(Trigger.Webhook trigger, MultiMap headers, byte[] body) {
        String header = trigger.idempotencyKeyHeader();
        String given = header == null ? null : headers.get(header);
        if (given != null && !given.isEmpty() && given.length() <= MAX_KEY) {
            return sha256(("key " + given).getBytes(StandardCharsets.UTF_8));
        }
        return trigger.provider() == Trigger.Provider.STRIPE
                ? eventId(body)
                        .map(id -> sha256(("event " + id).getBytes(StandardCharsets.UTF_8)))
                        .orElseGet(() -> sha256(body))
                : sha256(body);
    }

    /** Field {@code id} of the object. */
    private static Optional<String> eventId(byte[] body) {
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = json.currentName().equals("id");
                json.nextToken();
                if (wanted) {
                    return json.currentToken() == JsonToken.VALUE_STRING
                            ? Optional.of(json.getText())
                            : Optional.empty();
                }
                json.skipChildren();
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** False when it was accepted before. */
    boolean claim(AppState app, DeployedFunction function, byte[] key) {
        return statements
                .first(app, CLAIM, Tuple.of(function.id(), Buffer.buffer(key)))
                .isPresent();
    }

    /** It was not accepted after all: whoever sent it may send it again. */
    void release(AppState app, DeployedFunction function, byte[] key) {
        statements.all(app, RELEASE, Tuple.of(function.id(), Buffer.buffer(key)));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }
}
