package dev.ghee.functions.binding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvJson;
import dev.ghee.kv.KvKey;
import dev.ghee.kv.KvOperation;
import dev.ghee.kv.KvOutcome;
import dev.ghee.kv.KvSpace;
import dev.ghee.kv.KvStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code ctx.kv}: the app's keys and values, under the same limits as over REST. The function's code is the app's own,
 * so the rules for clients do not concern it.
 */
@ApplicationScoped
class KvBinding implements Binding {
    /** Two values at their longest, and what is around them. */
    private static final int MAX_BYTES = 2 << 20;

    private static final int MAX_KEYS = 100;
    private static final long LONGEST_TTL_SECONDS = Duration.ofDays(3650).toSeconds();
    private static final long SAFE_INTEGER = 9_007_199_254_740_991L;
    private static final JsonFactory JSON = new JsonFactory();
    private static final Buffer NULL = Buffer.buffer("null");

    private final KvStore store;

    KvBinding(KvStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "kv";
    }

    @Override
    public int maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public Future<HostAnswer> answer(Invocation call, String path, HttpServerRequest request, Buffer body) {
        KvSpace space = store.of(call.grant().app().appId());
        Fields fields = Fields.of(body);
        if (path.equals("mget")) {
            return many(space, fields);
        }
        var key = new KvKey(fields.text("key"));
        return switch (path) {
            case "get" -> space.get(key, fields.isTrue("touch")).map(found -> value(found.orElse(NULL)));
            case "set" ->
                space.set(key, fields.required("value"), fields.ttl(store.defaultTtl()))
                        .map(_ -> HostAnswer.done());
            case "del" -> space.delete(key).map(gone -> json("deleted", gone ? 1 : 0));
            case "incr" -> space.add(key, fields.integer("by")).map(sum -> json("value", sum));
            case "setnx" ->
                space.setIfAbsent(key, fields.required("value"), fields.ttl(store.defaultTtl()))
                        .map(wrote -> json("wrote", wrote));
            case "cas" ->
                space.compareAndSet(key, fields.required("expected"), fields.required("next"))
                        .map(swapped -> json("swapped", swapped));
            case "exists" -> space.exists(key).map(there -> json("exists", there));
            case "ttl" -> space.life(key).map(KvBinding::life);
            case "expire" -> {
                fields.required("ttl");
                yield space.expire(key, fields.ttl(null)).map(applied -> json("applied", applied));
            }
            default -> throw new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, "There is no such operation");
        };
    }

    private static Future<HostAnswer> many(KvSpace space, Fields fields) {
        List<KvOperation> reads = new ArrayList<>();
        for (String key : fields.texts("keys", MAX_KEYS)) {
            reads.add(new KvOperation.Get(new KvKey(key)));
        }
        if (reads.isEmpty()) {
            return Future.succeededFuture(HostAnswer.json("{\"values\":[]}"));
        }
        return space.batch(reads).map(outcomes -> {
            Buffer answer = Buffer.buffer("{\"values\":[");
            for (int i = 0; i < outcomes.size(); i++) {
                answer.appendString(i == 0 ? "" : ",");
                answer.appendBuffer(
                        switch (outcomes.get(i)) {
                            case KvOutcome.Found found -> found.value();
                            case KvOutcome.Refused refused -> throw refused.error();
                            case KvOutcome.Missing _, KvOutcome.Stored _, KvOutcome.Deleted _ -> NULL;
                        });
            }
            return new HostAnswer.Json(answer.appendString("]}"));
        });
    }

    private static HostAnswer value(Buffer value) {
        return new HostAnswer.Json(
                Buffer.buffer("{\"value\":").appendBuffer(value).appendString("}"));
    }

    private static HostAnswer json(String name, Object value) {
        return HostAnswer.json(new JsonObject().put(name, value).encode());
    }

    /** As over REST: null for a key without end, and here for one that is not there too. */
    private static HostAnswer life(KvSpace.Life life) {
        return switch (life) {
            case KvSpace.Life.NoKey _, KvSpace.Life.Unlimited _ ->
                HostAnswer.json(new JsonObject().putNull("ttl").encode());
            case KvSpace.Life.Left left -> json("ttl", (left.left().toMillis() + 999) / 1000);
        };
    }

    /** Members of a question, each as the JSON text that will be stored. */
    private record Fields(Map<String, Buffer> values) {
        static Fields of(Buffer body) {
            Map<String, Buffer> values = new HashMap<>();
            try (JsonParser json = JSON.createParser(body.getBytes())) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw bad("A question is a JSON object");
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    values.put(name, KvJson.copy(json));
                }
                return new Fields(values);
            } catch (IOException e) {
                throw bad("That is no JSON that can be stored");
            }
        }

        Buffer required(String name) {
            Buffer value = values.get(name);
            if (value == null) {
                throw bad("The " + name + " is missing");
            }
            return value;
        }

        String text(String name) {
            return texts(new JsonArray("[" + required(name) + "]"), name, 1).getFirst();
        }

        List<String> texts(String name, int most) {
            Buffer value = required(name);
            if (value.getByte(0) != '[') {
                throw bad("The " + name + " are an array");
            }
            return texts(new JsonArray(value), name, most);
        }

        private static List<String> texts(JsonArray values, String name, int most) {
            if (values.size() > most) {
                throw bad("There may be " + most + " " + name + " at once");
            }
            List<String> texts = new ArrayList<>();
            for (Object value : values) {
                if (!(value instanceof String text)) {
                    throw bad("The " + name + " has to be text");
                }
                texts.add(text);
            }
            return texts;
        }

        boolean isTrue(String name) {
            Buffer value = values.get(name);
            return value != null && value.toString().equals("true");
        }

        long integer(String name) {
            try {
                long value = Long.parseLong(required(name).toString());
                if (Math.abs(value) <= SAFE_INTEGER) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // Said below.
            }
            throw bad("The " + name + " is an integer within 2^53");
        }

        /** The lifetime; {@code otherwise} when there is none, and null when it is null. */
        @Nullable
        Duration ttl(@Nullable Duration otherwise) {
            Buffer value = values.get("ttl");
            if (value == null) {
                return otherwise;
            }
            if (value.equals(NULL)) {
                return null;
            }
            long seconds = integer("ttl");
            if (seconds < 1 || seconds > LONGEST_TTL_SECONDS) {
                throw bad("The ttl is null or 1 to " + LONGEST_TTL_SECONDS + " seconds");
            }
            return Duration.ofSeconds(seconds);
        }

        private static GheeException bad(String message) {
            return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, message);
        }
    }
}
