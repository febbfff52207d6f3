package dev.ghee.pgoutput.value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as Postgres prints them with {@code extra_float_digits} of 1 or more: the fewest digits that
 * read back as the same number, never the midpoint between two neighbours. Source: PostgreSQL's {@code d2s.c} and
 * {@code f2s.c}.
 *
 * <p>The digits are Java's wherever the two agree. They differ in two rare cases: Java prints at least two digits, and
 * may print a midpoint (1.0E23) because it trusts readers to round to even.
 */
final class FloatText {
    /** Beyond these exponents Postgres uses scientific notation. */
    private static final int MIN_FIXED_EXPONENT = -4;

    private static final int MAX_FIXED_EXPONENT_DOUBLE = 14;
    private static final int MAX_FIXED_EXPONENT_FLOAT = 5;

    // Only a number with more digits than the mantissa has bits for is a midpoint, so only these ranges hold any.
    private static final double MIN_MIDPOINT_DOUBLE = 0x1p52;
    private static final double MAX_MIDPOINT_DOUBLE = 1e42;
    private static final float MIN_MIDPOINT_FLOAT = 0x1p22f;
    private static final float MAX_MIDPOINT_FLOAT = 1e22f;
    /** Below these, one digit may do where Java prints two. */
    private static final double MAX_ONE_DIGIT_DOUBLE = 1e-320;

    private static final float MAX_ONE_DIGIT_FLOAT = 1e-42f;

    private FloatText() {}

    static void write(double value, ByteSink out) {
        double magnitude = Math.abs(value);
        if (writeSpecial(value, out)) {
            return;
        }
        if (magnitude >= MIN_MIDPOINT_DOUBLE && magnitude <= MAX_MIDPOINT_DOUBLE || magnitude <= MAX_ONE_DIGIT_DOUBLE) {
            BigDecimal below = new BigDecimal(Math.nextDown(magnitude));
            BigDecimal above = new BigDecimal(Math.nextUp(magnitude));
            write(shortest(below, new BigDecimal(magnitude), above), MAX_FIXED_EXPONENT_DOUBLE, out);
        } else {
            write(new BigDecimal(Double.toString(magnitude)), MAX_FIXED_EXPONENT_DOUBLE, out);
        }
    }

    static void write(float value, ByteSink out) {
        float magnitude = Math.abs(value);
        if (writeSpecial(value, out)) {
            return;
        }
        if (magnitude >= MIN_MIDPOINT_FLOAT && magnitude <= MAX_MIDPOINT_FLOAT || magnitude <= MAX_ONE_DIGIT_FLOAT) {
            BigDecimal below = new BigDecimal(Math.nextDown(magnitude));
            BigDecimal above = new BigDecimal(Math.nextUp(magnitude));
            write(shortest(below, new BigDecimal(magnitude), above), MAX_FIXED_EXPONENT_FLOAT, out);
        } else {
            write(new BigDecimal(Float.toString(magnitude)), MAX_FIXED_EXPONENT_FLOAT, out);
        }
    }

    /** Writes the sign, and the rest too if the value is no ordinary number. */
    private static boolean writeSpecial(double value, ByteSink out) {
        if (Double.isNaN(value)) {
            out.ascii("NaN");
            return true;
        }
        if (value < 0 || 1 / value < 0) {
            out.put('-');
        }
        if (Double.isInfinite(value)) {
            out.ascii("Infinity");
            return true;
        }
        if (value == 0) {
            out.put('0');
            return true;
        }
        return false;
    }

    /** The shortest decimal strictly between the midpoints to both neighbours, and of those the closest. */
    private static BigDecimal shortest(BigDecimal below, BigDecimal exact, BigDecimal above) {
        BigDecimal two = BigDecimal.valueOf(2);
        BigDecimal low = below.add(exact).divide(two);
        BigDecimal high = above.add(exact).divide(two);
        for (int digits = 1; ; digits++) {
            BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (nearest.compareTo(low) > 0 && nearest.compareTo(high) < 0) {
                return nearest;
            }
            // Below a power of two the neighbours are nearer than above it, so the farther candidate may fit.
            BigDecimal up = exact.round(new MathContext(digits, RoundingMode.UP));
            if (up.compareTo(high) < 0) {
                return up;
            }
        }
    }

    private static void write(BigDecimal value, int maxFixedExponent, ByteSink out) {
        BigDecimal stripped = value.stripTrailingZeros();
        String digits = stripped.unscaledValue().toString();
        int exponent = digits.length() - 1 - stripped.scale();
        if (exponent < MIN_FIXED_EXPONENT || exponent > maxFixedExponent) {
            scientific(digits, exponent, out);
        } else {
            out.ascii(stripped.toPlainString());
        }
    }

    private static void scientific(String digits, int exponent, ByteSink out) {
        out.put(digits.charAt(0));
        if (digits.length() > 1) {
            out.put('.').ascii(digits.substring(1));
        }
        out.put('e').put(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        out.padded(magnitude, magnitude < 100 ? 2 : 3);
    }
}
