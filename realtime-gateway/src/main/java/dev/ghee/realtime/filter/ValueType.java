package dev.ghee.realtime.filter;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How the values of a column compare: as Postgres has it, but for the order of texts, which is that of code points
 * (collation {@code C}) here. Values are read from text, either what Postgres printed or what a client sent.
 */
enum ValueType {
    INT2,
    INT4,
    INT8,
    OID,
    NUMERIC,
    FLOAT4,
    FLOAT8,
    BOOL,
    TEXT,
    /** {@code char(n)}: blanks at the end do not count. */
    PADDED_TEXT,
    /** {@code citext}. */
    CASELESS_TEXT,
    UUID,
    DATE,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    /** A value of an enum; its order is not known here. */
    LABEL,
    /** Known by its text only: null or not, and patterns. */
    OPAQUE;

    private static final Map<Integer, ValueType> BUILTIN = Map.ofEntries(
            Map.entry(16, BOOL),
            Map.entry(19, TEXT),
            Map.entry(20, INT8),
            Map.entry(21, INT2),
            Map.entry(23, INT4),
            Map.entry(25, TEXT),
            Map.entry(26, OID),
            Map.entry(700, FLOAT4),
            Map.entry(701, FLOAT8),
            Map.entry(1042, PADDED_TEXT),
            Map.entry(1043, TEXT),
            Map.entry(1082, DATE),
            Map.entry(1083, TIME),
            Map.entry(1114, TIMESTAMP),
            Map.entry(1184, TIMESTAMPTZ),
            Map.entry(1700, NUMERIC),
            Map.entry(2950, UUID));

    private static final long OID_MAX = 0xFFFF_FFFFL;
    private static final int MAX_DIGITS = 150_000;
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern NON_ZERO_MANTISSA = Pattern.compile("[+-]?[0.]*[1-9].*");

    /** By oid of a built-in type; {@link #OPAQUE} for all others. */
    static ValueType builtin(int oid) {
        return BUILTIN.getOrDefault(oid, OPAQUE);
    }

    boolean isComparable() {
        return this != OPAQUE;
    }

    boolean isOrdered() {
        return this != OPAQUE && this != LABEL;
    }

    /**
     * A value to {@link #compare}.
     *
     * @throws IllegalArgumentException if the text is no value of this type
     */
    Object read(String text) {
        return switch (this) {
            case INT2 -> integer(text, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT4 -> integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT8 -> integer(text, Long.MIN_VALUE, Long.MAX_VALUE);
            case OID -> integer(text, 0, OID_MAX);
            case NUMERIC -> numeric(text);
            case FLOAT4 -> floating(text, Float.parseFloat(finite(text)));
            case FLOAT8 -> floating(text, Double.parseDouble(finite(text)));
            case BOOL -> bool(text);
            case TEXT, LABEL, OPAQUE -> text;
            case PADDED_TEXT -> padded(text);
            case CASELESS_TEXT -> text.toLowerCase(Locale.ROOT);
            case UUID -> uuid(text);
            case DATE -> PgMoment.date(text.strip());
            case TIME -> PgMoment.time(text.strip());
            case TIMESTAMP -> PgMoment.local(text.strip());
            case TIMESTAMPTZ -> PgMoment.instant(text.strip());
        };
    }

    /** Two values that {@link #read} gave. */
    int compare(Object left, Object right) {
        return switch (this) {
            case INT2, INT4, INT8, OID, DATE, TIME, TIMESTAMP, TIMESTAMPTZ -> Long.compare((long) left, (long) right);
            case NUMERIC -> ((Numeric) left).compareTo((Numeric) right);
            case FLOAT4, FLOAT8 -> Double.compare((double) left, (double) right);
            case BOOL -> Boolean.compare((boolean) left, (boolean) right);
            case TEXT, PADDED_TEXT, CASELESS_TEXT, UUID, LABEL, OPAQUE -> byCodePoint((String) left, (String) right);
        };
    }

    /** What patterns are matched with: the value cast to text. */
    String printed(String text) {
        return switch (this) {
            case BOOL -> text.equals("t") ? "true" : "false";
            case PADDED_TEXT -> padded(text);
            case INT2,
                    INT4,
                    INT8,
                    OID,
                    NUMERIC,
                    FLOAT4,
                    FLOAT8,
                    TEXT,
                    CASELESS_TEXT,
                    UUID,
                    DATE,
                    TIME,
                    TIMESTAMP,
                    TIMESTAMPTZ,
                    LABEL,
                    OPAQUE -> text;
        };
    }

    /** A number, or one of the three values beyond: infinities, and NaN above all. */
    private record Numeric(int rank, BigDecimal value) implements Comparable<Numeric> {
        @Override
        public int compareTo(Numeric other) {
            return rank == other.rank ? value.compareTo(other.value) : Integer.compare(rank, other.rank);
        }
    }

    private static Object integer(String text, long least, long most) {
        long value = Long.parseLong(text.strip());
        if (value < least || value > most) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static Object numeric(String text) {
        String number = text.strip();
        int rank = special(number);
        if (rank != 0) {
            return new Numeric(rank, BigDecimal.ZERO);
        }
        BigDecimal value = new BigDecimal(finite(number));
        if (Math.abs((long) value.precision() - value.scale()) > MAX_DIGITS
                || Math.abs((long) value.scale()) > MAX_DIGITS) {
            throw new IllegalArgumentException("out of range");
        }
        return new Numeric(0, value);
    }

    private static int special(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "nan" -> 2;
            case "infinity", "inf", "+infinity", "+inf" -> 1;
            case "-infinity", "-inf" -> -1;
            default -> 0;
        };
    }

    /** The text, if it is a number as SQL writes it; zero for a special one. */
    private static String finite(String text) {
        String number = text.strip();
        if (special(number) != 0) {
            return "0";
        }
        if (!NUMBER.matcher(number).matches()) {
            throw new NumberFormatException("no number");
        }
        return number;
    }

    private static Object floating(String text, double value) {
        String number = text.strip();
        return switch (special(number)) {
            case 2 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case -1 -> Double.NEGATIVE_INFINITY;
            default -> {
                if (Double.isInfinite(value)
                        || (value == 0 && NON_ZERO_MANTISSA.matcher(number).matches())) {
                    throw new IllegalArgumentException("out of range");
                }
                // Minus zero equals zero.
                yield value == 0 ? 0.0 : value;
            }
        };
    }

    private static Object bool(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1" -> true;
            case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0" -> false;
            default -> throw new IllegalArgumentException("no boolean");
        };
    }

    private static String padded(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static Object uuid(String text) {
        String braces = text.strip().toLowerCase(Locale.ROOT);
        boolean inBraces = braces.startsWith("{") && braces.endsWith("}");
        String digits = (inBraces ? braces.substring(1, braces.length() - 1) : braces).replace("-", "");
        if (!HEX.matcher(digits).matches()) {
            throw new IllegalArgumentException("no uuid");
        }
        return digits;
    }

    /** As the bytes of UTF-8 compare, which UTF-16 does not where surrogates are involved. */
    private static int byCodePoint(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b)
                        ? Character.compare(a, b)
                        : Character.isSurrogate(a) ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
