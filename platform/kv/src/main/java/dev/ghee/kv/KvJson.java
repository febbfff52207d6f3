package dev.ghee.kv;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;

/** Values as they are stored: JSON in UTF-8 without spaces, members in the order in which they came. */
public final class KvJson {
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();
    private static final ObjectMapper TREES = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private KvJson() {}

    /** The value at which the parser stands; afterwards it stands at the value's end. Fails when it is no JSON. */
    public static Buffer copy(JsonParser at) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            if (at.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                // As it was written: a number of any length, and no reason to look at it.
                out.writeRawValue(at.getText());
            } else {
                out.copyCurrentStructureExact(at);
            }
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** Whether both mean the same: the order of members and the spelling of numbers do not count. */
    static boolean same(Buffer one, Buffer other) {
        try {
            return same(TREES.readTree(one.getBytes()), TREES.readTree(other.getBytes()));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean same(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            BigDecimal first = one.decimalValue();
            BigDecimal second = other.decimalValue();
            if (first.signum() == 0 || second.signum() == 0) {
                return first.signum() == second.signum();
            }
            // Comparing 1 with 1e999999999 digit by digit would take all memory there is.
            return first.precision() - (long) first.scale() == second.precision() - (long) second.scale()
                    && first.stripTrailingZeros().equals(second.stripTrailingZeros());
        }
        if (one.isObject() && other.isObject()) {
            if (one.size() != other.size()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> member : one.properties()) {
                JsonNode match = other.get(member.getKey());
                if (match == null || !same(member.getValue(), match)) {
                    return false;
                }
            }
            return true;
        }
        if (one.isArray() && other.isArray()) {
            if (one.size() != other.size()) {
                return false;
            }
            Iterator<JsonNode> others = other.elements();
            for (JsonNode element : one) {
                if (!same(element, others.next())) {
                    return false;
                }
            }
            return true;
        }
        return one.equals(other);
    }
}
