package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import java.nio.ByteBuffer;

/**
 * The binary form of {@code numeric}: digits in base 10,000, the first with weight 10,000^weight, and how many decimal
 * places to show. Source: PostgreSQL's {@code numeric_send}.
 */
final class NumericText {
    private static final int BASE = 10_000;
    private static final int DECIMALS_PER_DIGIT = 4;
    private static final int MAX_SCALE = 0x3FFF;
    private static final int POSITIVE = 0x0000;
    private static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int NEGATIVE_INFINITY = 0xF000;

    private NumericText() {}

    static void write(ByteBuffer in, ByteSink out) {
        int count = in.getShort();
        int weight = in.getShort();
        int sign = Short.toUnsignedInt(in.getShort());
        int scale = Short.toUnsignedInt(in.getShort());
        if (count < 0 || count > in.remaining() / Short.BYTES || scale > MAX_SCALE) {
            throw new MalformedWalException("a numeric has more digits than bytes hold");
        }
        switch (sign) {
            case POSITIVE -> writeDigits(in, count, weight, scale, out);
            case NEGATIVE -> writeDigits(in, count, weight, scale, out.put('-'));
            case NAN -> special("NaN", count, out);
            case INFINITY -> special("Infinity", count, out);
            case NEGATIVE_INFINITY -> special("-Infinity", count, out);
            default -> throw new MalformedWalException("unknown sign of a numeric");
        }
    }

    private static void special(String text, int count, ByteSink out) {
        if (count != 0) {
            throw new MalformedWalException("a numeric that is no number has digits");
        }
        out.ascii(text);
    }

    private static void writeDigits(ByteBuffer in, int count, int weight, int scale, ByteSink out) {
        int start = in.position();
        if (weight < 0) {
            out.put('0');
        } else {
            out.decimal(digit(in, start, 0, count));
            for (int i = 1; i <= weight; i++) {
                out.padded(digit(in, start, i, count), DECIMALS_PER_DIGIT);
            }
        }
        if (scale > 0) {
            out.put('.');
            int end = out.size() + scale;
            for (int i = weight + 1; out.size() < end; i++) {
                out.padded(digit(in, start, i, count), DECIMALS_PER_DIGIT);
            }
            out.truncate(end);
        }
        in.position(start + count * Short.BYTES);
    }

    /** The digit at an index, zero where none is stored. */
    private static int digit(ByteBuffer in, int start, int index, int count) {
        if (index < 0 || index >= count) {
            return 0;
        }
        int digit = in.getShort(start + index * Short.BYTES);
        if (digit < 0 || digit >= BASE) {
            throw new MalformedWalException("a digit of a numeric is out of range");
        }
        return digit;
    }
}
