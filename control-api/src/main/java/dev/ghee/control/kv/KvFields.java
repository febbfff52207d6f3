package dev.ghee.control.kv;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvJson;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object that a route knows, each still JSON; the others are passed over. */
record KvFields(Map<String, Buffer> values) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> KNOWN = Set.of(
            "value",
            "ttl",
            "by",
            "expected",
            "next",
            "ops",
            "op",
            "key",
            "rules",
            "pattern",
            "read",
            "write",
            "confirm",
            "include_config");
    private static final Duration LONGEST_TTL = Duration.ofDays(3650);
    private static final long SAFE_INTEGER = 9_007_199_254_740_991L;
    private static final int MAX_TEXT = 2048;

    /** Of a request's body; no body has no fields. Fails with 400 {@code REQUEST_ERROR}. */
    static KvFields of(Buffer body) {
        if (body.length() == 0) {
            return new KvFields(Map.of());
        }
        try (JsonParser json = FACTORY.createParser(body.getBytes())) {
            JsonToken first = json.nextToken();
            if (first == null) {
                return new KvFields(Map.of());
            }
            KvFields fields = of(json);
            if (json.nextToken() != null) {
                throw bad("The body is more than one JSON object");
            }
            return fields;
        } catch (IOException e) {
            throw bad("The body is no JSON that can be stored");
        }
    }

    private static KvFields of(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw bad("A JSON object is expected");
        }
        Map<String, Buffer> values = new HashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (KNOWN.contains(name)) {
                values.put(name, KvJson.copy(json));
            } else {
                json.skipChildren();
            }
        }
        return new KvFields(values);
    }

    /** The value as it will be stored. */
    Buffer required(String name) {
        Buffer value = values.get(name);
        if (value == null) {
            throw bad("The field " + name + " is missing");
        }
        return value;
    }

    /** @param most elements; more are refused */
    List<KvFields> list(String name, int most) {
        try (JsonParser json = FACTORY.createParser(required(name).getBytes())) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw bad("The field " + name + " is an array");
            }
            List<KvFields> all = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (all.size() == most) {
                    throw bad("The field " + name + " has at most " + most + " elements");
                }
                all.add(of(json));
            }
            return all;
        } catch (IOException e) {
            throw bad("The field " + name + " is an array");
        }
    }

    String text(String name) {
        Buffer value = required(name);
        if (value.length() > MAX_TEXT || value.getByte(0) != '"') {
            throw bad("The field " + name + " is a short text");
        }
        try (JsonParser json = FACTORY.createParser(value.getBytes())) {
            json.nextToken();
            return json.getText();
        } catch (IOException e) {
            throw bad("The field " + name + " is a text");
        }
    }

    boolean isTrue(String name) {
        Buffer value = values.get(name);
        return value != null && value.toString().equals("true");
    }

    /** The step of a counter; 1 when there is none. */
    long by() {
        Buffer value = values.get("by");
        if (value == null) {
            return 1;
        }
        long by = integer(value, "by");
        if (by > SAFE_INTEGER || by < -SAFE_INTEGER) {
            throw bad("The field by is within 9007199254740991 of zero");
        }
        return by;
    }

    /** The lifetime; {@code otherwise} when the field is missing, and null when it is null. */
    @Nullable
    Duration ttl(@Nullable Duration otherwise) {
        Buffer value = values.get("ttl");
        if (value == null) {
            return otherwise;
        }
        if (value.toString().equals("null")) {
            return null;
        }
        long seconds = integer(value, "ttl");
        if (seconds < 1 || seconds > LONGEST_TTL.toSeconds()) {
            throw bad("The field ttl is null or 1 to " + LONGEST_TTL.toSeconds() + " seconds");
        }
        return Duration.ofSeconds(seconds);
    }

    private static long integer(Buffer value, String name) {
        try {
            return Long.parseLong(value.toString());
        } catch (NumberFormatException e) {
            throw bad("The field " + name + " is an integer");
        }
    }

    static GheeException bad(String message) {
        return new GheeException(ErrorCode.REQUEST_ERROR, message);
    }
}
