package dev.ghee.pgoutput.value;

/** Intervals in the style {@code postgres}. Source: PostgreSQL's {@code EncodeInterval}. */
final class IntervalText {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int MONTHS_PER_YEAR = 12;

    private final ByteSink out;
    private boolean empty = true;
    /** Whether the field before is negative, so that a positive one needs its sign. */
    private boolean afterNegative;

    private IntervalText(ByteSink out) {
        this.out = out;
    }

    static void write(long micros, int days, int months, ByteSink out) {
        if (micros == Long.MAX_VALUE && days == Integer.MAX_VALUE && months == Integer.MAX_VALUE) {
            out.ascii("infinity"); // since Postgres 17
        } else if (micros == Long.MIN_VALUE && days == Integer.MIN_VALUE && months == Integer.MIN_VALUE) {
            out.ascii("-infinity");
        } else {
            IntervalText text = new IntervalText(out);
            text.field(months / MONTHS_PER_YEAR, "year");
            text.field(months % MONTHS_PER_YEAR, "mon");
            text.field(days, "day");
            text.time(micros);
        }
    }

    private void field(int value, String unit) {
        if (value == 0) {
            return;
        }
        if (!empty) {
            out.put(' ');
        }
        if (afterNegative && value > 0) {
            out.put('+');
        }
        out.decimal(value).put(' ').ascii(unit);
        if (value != 1) {
            out.put('s');
        }
        afterNegative = value < 0;
        empty = false;
    }

    private void time(long micros) {
        if (micros == 0 && !empty) {
            return;
        }
        if (!empty) {
            out.put(' ');
        }
        if (micros < 0) {
            out.put('-');
        } else if (afterNegative) {
            out.put('+');
        }
        // Unsigned, because the magnitude of the least long has no positive counterpart.
        long magnitude = Math.abs(micros);
        long seconds = Long.divideUnsigned(magnitude, MICROS_PER_SECOND);
        long hours = seconds / 3600;
        if (hours < 10) {
            out.put('0');
        }
        out.decimal(hours).put(':').padded(seconds / 60 % 60, 2).put(':').padded(seconds % 60, 2);
        PgDateTime.writeFraction(Long.remainderUnsigned(magnitude, MICROS_PER_SECOND), out);
    }
}
