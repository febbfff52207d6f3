package dev.ghee.realtime.policy.compiler;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * A numeric. Trailing zeros do not count; NaN equals itself and is above everything.
 *
 * @param rank 0 for finite, -1 and 1 for the infinities, 2 for NaN
 * @param value zero when not finite
 */
record PgNumber(int rank, BigDecimal value) implements Comparable<PgNumber> {
    private static final Pattern FINITE = Pattern.compile("[+-]?\\d+(?:\\.\\d+)?");
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
    /** Postgres' own limit is above any column's. */
    private static final int MAX_DIGITS = 200_000;

    static PgNumber of(long value) {
        return new PgNumber(0, BigDecimal.valueOf(value));
    }

    /** As Postgres prints it. */
    static PgNumber parse(String text) {
        return switch (text) {
            case "NaN" -> new PgNumber(2, BigDecimal.ZERO);
            case "Infinity" -> new PgNumber(1, BigDecimal.ZERO);
            case "-Infinity" -> new PgNumber(-1, BigDecimal.ZERO);
            default -> {
                if (text.length() > MAX_DIGITS || !FINITE.matcher(text).matches()) {
                    throw new EvaluationException("not a number");
                }
                yield new PgNumber(0, new BigDecimal(text));
            }
        };
    }

    /** What a cast of text to an integer of so many bits gives. */
    static Long integer(String text, int bits) {
        String digits = trimmed(text);
        if (digits.length() > 1000 || !INTEGER.matcher(digits).matches()) {
            throw new EvaluationException("not an integer");
        }
        var value = new BigInteger(digits);
        if (value.bitLength() >= bits) {
            throw new EvaluationException("an integer out of range");
        }
        return value.longValue();
    }

    /** Without what C's {@code isspace} takes for white space. */
    static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        while (end > start && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    @Override
    public int compareTo(PgNumber other) {
        return rank != other.rank ? Integer.compare(rank, other.rank) : value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PgNumber number && compareTo(number) == 0;
    }

    @Override
    public int hashCode() {
        return rank * 31 + value.stripTrailingZeros().hashCode();
    }
}
