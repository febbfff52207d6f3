package dev.ghee.pgoutput;

import java.util.Locale;

/**
 * A position in the write-ahead log: bytes from its start, unsigned. Source: Postgres type {@code pg_lsn}.
 *
 * @param offset bytes from the start of the log; negative values are the upper half of the unsigned range
 */
public record Lsn(long offset) implements Comparable<Lsn> {
    /** {@code 0/0}: Postgres' "no position", below every real one. */
    public static final Lsn NONE = new Lsn(0);

    private static final int MAX_HALF_DIGITS = 8;

    /**
     * Reads the form Postgres prints, such as {@code 16/B374D848}: two unsigned hexadecimal halves of one to eight
     * digits, in either case.
     *
     * @throws IllegalArgumentException if {@code text} has any other form
     */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("an LSN has the form X/Y");
        }
        return new Lsn(half(text, 0, slash) << 32 | half(text, slash + 1, text.length()));
    }

    private static long half(String text, int from, int to) {
        if (to == from || to - from > MAX_HALF_DIGITS) {
            throw new IllegalArgumentException("each half of an LSN has 1 to 8 hexadecimal digits");
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw new IllegalArgumentException("each half of an LSN has 1 to 8 hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** Unsigned: {@code FFFFFFFF/FFFFFFFF} is the last position, not -1. */
    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(offset, other.offset);
    }

    /** The form Postgres prints and {@link #parse} reads: upper case, no leading zeros. */
    @Override
    public String toString() {
        return (Long.toHexString(offset >>> 32) + "/" + Long.toHexString(offset & 0xFFFF_FFFFL))
                .toUpperCase(Locale.ROOT);
    }
}
