package dev.ghee.control.schema;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column by its one canonical name, such as {@code integer}, {@code varchar(20)}, {@code int4[]} or
 * {@code vector(3)}. The name is also valid SQL. Two columns have the same type exactly if their names are equal.
 */
public record ColumnType(String name) {
    private static final Pattern SHAPE =
            Pattern.compile("([a-z0-9]+(?: [a-z]+){0,3})(?:\\((\\d{1,8})(?:,(\\d{1,4}))?\\))?(\\[])?");
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final int MAX_TEXT = 100;

    /** All spellings, the catalogue's own among them. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("text", "text"),
            Map.entry("varchar", "varchar"),
            Map.entry("character varying", "varchar"),
            Map.entry("char", "char"),
            Map.entry("character", "char"),
            Map.entry("uuid", "uuid"),
            Map.entry("boolean", "boolean"),
            Map.entry("bool", "boolean"),
            Map.entry("smallint", "smallint"),
            Map.entry("int2", "smallint"),
            Map.entry("integer", "integer"),
            Map.entry("int", "integer"),
            Map.entry("int4", "integer"),
            Map.entry("bigint", "bigint"),
            Map.entry("int8", "bigint"),
            Map.entry("smallserial", "smallserial"),
            Map.entry("serial2", "smallserial"),
            Map.entry("serial", "serial"),
            Map.entry("serial4", "serial"),
            Map.entry("bigserial", "bigserial"),
            Map.entry("serial8", "bigserial"),
            Map.entry("real", "real"),
            Map.entry("float4", "real"),
            Map.entry("float8", "float8"),
            Map.entry("double precision", "float8"),
            Map.entry("numeric", "numeric"),
            Map.entry("decimal", "numeric"),
            Map.entry("timestamptz", "timestamptz"),
            Map.entry("timestamp with time zone", "timestamptz"),
            Map.entry("timestamp", "timestamp"),
            Map.entry("timestamp without time zone", "timestamp"),
            Map.entry("date", "date"),
            Map.entry("time", "time"),
            Map.entry("time without time zone", "time"),
            Map.entry("timetz", "timetz"),
            Map.entry("time with time zone", "timetz"),
            Map.entry("interval", "interval"),
            Map.entry("jsonb", "jsonb"),
            Map.entry("json", "json"),
            Map.entry("bytea", "bytea"),
            Map.entry("vector", "vector"));

    private static final Map<String, String> SERIALS =
            Map.of("smallint", "smallserial", "integer", "serial", "bigint", "bigserial");
    private static final Map<String, String> ELEMENTS =
            Map.of("smallint", "int2", "integer", "int4", "bigint", "int8", "real", "float4", "boolean", "bool");
    private static final Set<String> SERIAL_NAMES = Set.copyOf(SERIALS.values());

    private static final int MAX_CHARACTERS = 10_485_760;
    private static final int MAX_PRECISION = 1000;
    private static final int MAX_DIMENSIONS = 16_000;

    /** The type that a schema document means; empty when it may not be used there. */
    public static Optional<ColumnType> parse(String text) {
        if (text.length() > MAX_TEXT) {
            return Optional.empty();
        }
        String tidy = SPACES.matcher(text.strip().toLowerCase(Locale.ROOT))
                .replaceAll(" ")
                .replaceAll(" ?([(),]) ?", "$1");
        Matcher parts = SHAPE.matcher(tidy);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String base = NAMES.get(parts.group(1));
        boolean array = parts.group(4) != null;
        if (base == null || (array && SERIAL_NAMES.contains(base))) {
            return Optional.empty();
        }
        return modifiers(base, parts.group(2), parts.group(3))
                .map(modifiers -> array ? ELEMENTS.getOrDefault(base, base) + modifiers + "[]" : base + modifiers)
                .map(ColumnType::new);
    }

    /** As {@code format_type} gives it; a type that no document can name keeps the catalogue's name. */
    static ColumnType ofCatalogue(String formatted, boolean ownsItsSequence) {
        ColumnType type = parse(formatted).orElseGet(() -> new ColumnType(formatted));
        return ownsItsSequence ? new ColumnType(SERIALS.getOrDefault(type.name(), type.name())) : type;
    }

    private static Optional<String> modifiers(String base, @Nullable String first, @Nullable String second) {
        boolean takesTwo = base.equals("numeric");
        if (first == null) {
            return Optional.of(base.equals("char") ? "(1)" : "");
        }
        int number = Integer.parseInt(first);
        int max = switch (base) {
            case "varchar", "char" -> MAX_CHARACTERS;
            case "numeric" -> MAX_PRECISION;
            case "vector" -> MAX_DIMENSIONS;
            default -> 0;
        };
        if (number < 1 || number > max || (second != null && !takesTwo)) {
            return Optional.empty();
        }
        if (!takesTwo) {
            return Optional.of("(" + number + ")");
        }
        int scale = second == null ? 0 : Integer.parseInt(second);
        return scale > number ? Optional.empty() : Optional.of("(" + number + "," + scale + ")");
    }

    /** Whether the column numbers itself from a sequence of its own. */
    boolean isSerial() {
        return SERIAL_NAMES.contains(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
