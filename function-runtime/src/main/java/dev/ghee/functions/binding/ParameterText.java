package dev.ghee.functions.binding;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.sqlclient.Tuple;
import io.vertx.sqlclient.data.Numeric;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** JSON values as Postgres' types: each method fails with some runtime exception when the value does not fit. */
final class ParameterText {
    private static final int UUID_LENGTH = 36;
    private static final int DATE_LENGTH = 10;
    private static final int MAX_DIGITS = 200;
    private static final Pattern OFFSET = Pattern.compile(".*(Z|[+-]\\d\\d(:?\\d\\d)?)$");

    private ParameterText() {}

    /** For types that the client does not know, such as an enum, a vector or a range: their text. */
    static @Nullable Object loose(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (!value.isArray()) {
            return of(value);
        }
        boolean numbers = StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isNumber);
        return numbers
                ? value.toString()
                : StreamSupport.stream(value.spliterator(), false)
                        .map(element -> element.isNull() ? "NULL" : quoted(of(element)))
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String of(JsonNode value) {
        return value.isContainerNode() ? value.toString() : value.asText();
    }

    static Boolean bool(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        return switch (of(value).strip().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on", "1" -> true;
            case "false", "f", "no", "n", "off", "0" -> false;
            default -> throw new IllegalArgumentException("no boolean");
        };
    }

    static Short int2(JsonNode value) {
        return integer(value).shortValueExact();
    }

    static Integer int4(JsonNode value) {
        return integer(value).intValueExact();
    }

    static Long int8(JsonNode value) {
        return integer(value).longValueExact();
    }

    private static BigDecimal integer(JsonNode value) {
        BigDecimal number = decimal(value);
        // Without this, 1e999999999 would be written out.
        if (number.precision() - (long) number.scale() > MAX_DIGITS) {
            throw new ArithmeticException("too large");
        }
        return number;
    }

    private static BigDecimal decimal(JsonNode value) {
        if (value.isBoolean() || value.isContainerNode()) {
            throw new IllegalArgumentException("no number");
        }
        return new BigDecimal(value.asText().strip());
    }

    static Float float4(JsonNode value) {
        return float8(value).floatValue();
    }

    static Double float8(JsonNode value) {
        if (value.isBoolean() || value.isContainerNode()) {
            throw new IllegalArgumentException("no number");
        }
        return Double.valueOf(value.asText().strip());
    }

    static Numeric numeric(JsonNode value) {
        String text = value.asText().strip();
        if (value.isBoolean() || value.isContainerNode()) {
            throw new IllegalArgumentException("no number");
        }
        return text.equalsIgnoreCase("nan") ? Numeric.NaN : Numeric.create(new BigDecimal(text));
    }

    static LocalDate date(JsonNode value) {
        String text = of(value).strip();
        return text.length() <= DATE_LENGTH
                ? LocalDate.parse(text)
                : timestamp(value).toLocalDate();
    }

    static LocalTime time(JsonNode value) {
        return LocalTime.parse(of(value).strip());
    }

    static OffsetTime timeWithOffset(JsonNode value) {
        String text = of(value).strip();
        return OFFSET.matcher(text).matches()
                ? OffsetTime.parse(text)
                : LocalTime.parse(text).atOffset(ZoneOffset.UTC);
    }

    /** A moment with an offset counts as UTC's wall clock then. */
    static LocalDateTime timestamp(JsonNode value) {
        return moment(value).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    }

    static OffsetDateTime moment(JsonNode value) {
        String text = of(value).strip();
        if (text.length() <= DATE_LENGTH) {
            return LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC);
        }
        String iso = text.charAt(DATE_LENGTH) == ' '
                ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1)
                : text;
        if (!OFFSET.matcher(iso.substring(DATE_LENGTH)).matches()) {
            return LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
        }
        // Postgres writes whole hours as +00, ISO 8601 as +00:00.
        return OffsetDateTime.parse(iso.matches(".*[+-]\\d\\d$") ? iso + ":00" : iso);
    }

    static UUID uuid(JsonNode value) {
        String text = of(value).strip();
        if (text.length() != UUID_LENGTH) {
            throw new IllegalArgumentException("no uuid");
        }
        return UUID.fromString(text);
    }

    /** A string is JSON text already, as drivers that send text have it. */
    static Object json(JsonNode value) {
        Object decoded = Json.decodeValue(value.isTextual() ? value.textValue() : value.toString());
        return decoded == null ? Tuple.JSON_NULL : decoded;
    }

    static Buffer buffer(JsonNode value, boolean binary) {
        String text = of(value);
        if (binary) {
            return Buffer.buffer(Base64.getDecoder().decode(text));
        }
        return text.startsWith("\\x")
                ? Buffer.buffer(HexFormat.of().parseHex(text.substring(2)))
                : Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    }
}
