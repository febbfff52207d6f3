package dev.ghee.realtime.policy.compiler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.realtime.subscription.Viewer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A viewer's settings as a policy reads them, and its claims as JSON, read once. */
final class ViewerClaims {
    /** A value that is there, but whose text Postgres would write in a way that is not known here. */
    static final Object OPAQUE = new Object();

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    /** Postgres refuses U+0000 and halves of surrogate pairs; whole pairs are refused here too, as nobody writes them. */
    private static final Pattern UNSAFE_ESCAPE = Pattern.compile("\\\\u(?:0000|[dD][89a-fA-F])");

    private static final Pattern NEGATIVE_ZERO = Pattern.compile("-0\\s*[,}\\]]");
    /** Of a number with a fraction or an exponent; jsonb refuses those out of its range, wherever they stand. */
    private static final int MAX_SCALE = 1000;

    private final Viewer viewer;
    private @Nullable String parsedText;
    private @Nullable JsonNode parsed;

    ViewerClaims(Viewer viewer) {
        this.viewer = viewer;
    }

    String subject() {
        return valid(viewer.subject());
    }

    String claims() {
        return valid(viewer.claims());
    }

    String role() {
        return viewer.role().database();
    }

    /** What casting this text to JSON gives. */
    JsonNode json(String text) {
        JsonNode known = parsed;
        if (known != null && text.equals(parsedText)) {
            return known;
        }
        if (UNSAFE_ESCAPE.matcher(text).find()) {
            throw new EvaluationException("an escape that Postgres refuses");
        }
        try {
            JsonNode read = JSON.readTree(text);
            if (read == null || read.isMissingNode()) {
                throw new EvaluationException("not JSON");
            }
            requireRange(read);
            parsedText = text;
            parsed = read;
            return read;
        } catch (JsonProcessingException e) {
            throw new EvaluationException("not JSON");
        }
    }

    /** What {@code ->>} gives of a field's value. */
    @Nullable
    Object text(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> valid(value.textValue());
            case BOOLEAN -> value.booleanValue() ? "true" : "false";
            case NULL, MISSING -> null;
            case NUMBER -> number(value);
            case ARRAY, OBJECT, BINARY, POJO -> OPAQUE;
        };
    }

    /** Integers are written as they were; json keeps the spelling of other numbers, and jsonb does not. */
    private Object number(JsonNode value) {
        if (value.isIntegralNumber()) {
            boolean mayBeNegative = value.bigIntegerValue().signum() == 0
                    && NEGATIVE_ZERO.matcher(String.valueOf(parsedText)).find();
            return mayBeNegative ? OPAQUE : value.bigIntegerValue().toString();
        }
        return OPAQUE;
    }

    private static void requireRange(JsonNode value) {
        if (value.isBigDecimal() && Math.abs((long) value.decimalValue().scale()) > MAX_SCALE) {
            throw new EvaluationException("a number out of range");
        }
        value.forEach(ViewerClaims::requireRange);
    }

    /** Text that Postgres cannot take makes every use of it fail there. */
    private static String valid(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new EvaluationException("U+0000 in a setting");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new EvaluationException("half a surrogate pair in a setting");
                }
                i++;
            }
        }
        return text;
    }
}
