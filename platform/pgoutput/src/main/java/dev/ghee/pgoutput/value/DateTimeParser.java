package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A date or timestamp as Postgres prints it in DateStyle ISO, in any time zone. */
final class DateTimeParser {
    private static final int FRACTION_DIGITS = 6;
    /** More than Postgres' range needs, few enough that nothing overflows. */
    private static final int MAX_YEAR_DIGITS = 7;

    private final ByteBuffer in;

    DateTimeParser(ByteBuffer text) {
        this.in = text.duplicate();
    }

    /** Writes ISO 8601 in UTC, or the infinity it is. */
    void writeIso(ByteSink out) {
        String infinity = infinity();
        if (!infinity.isEmpty()) {
            out.ascii(infinity);
            return;
        }
        long year = number(1, MAX_YEAR_DIGITS);
        expect('-');
        int month = (int) number(2, 2);
        expect('-');
        int dayOfMonth = (int) number(2, 2);
        if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) {
            throw malformed();
        }
        long micros = 0;
        if (startsWith(' ') && isDigitAt(in.position() + 1)) {
            expect(' ');
            micros = clock() - offset();
        }
        if (in.hasRemaining()) {
            expect(' ');
            expect('B');
            expect('C');
            year = 1 - year;
        }
        if (in.hasRemaining()) {
            throw malformed();
        }
        PgDateTime.writeIsoParts(PgDateTime.daysFromEpoch(year, month, dayOfMonth), micros, out);
    }

    private String infinity() {
        if (startsWith('i') || startsWith('-')) {
            String text = StandardCharsets.ISO_8859_1.decode(in.duplicate()).toString();
            if (text.equals(PgDateTime.INFINITY) || text.equals(PgDateTime.NEGATIVE_INFINITY)) {
                return text;
            }
            throw malformed();
        }
        return "";
    }

    private long clock() {
        long seconds = number(2, 2) * 3600;
        expect(':');
        seconds += number(2, 2) * 60;
        expect(':');
        seconds += number(2, 2);
        return seconds * PgDateTime.MICROS_PER_SECOND + fraction();
    }

    private long fraction() {
        if (!startsWith('.')) {
            return 0;
        }
        expect('.');
        int start = in.position();
        long fraction = number(1, FRACTION_DIGITS);
        for (int digits = in.position() - start; digits < FRACTION_DIGITS; digits++) {
            fraction *= 10;
        }
        return fraction;
    }

    /** Microseconds east of Greenwich; none where no zone is printed. */
    private long offset() {
        boolean west = startsWith('-');
        if (!west && !startsWith('+')) {
            return 0;
        }
        in.get();
        long seconds = number(2, 2) * 3600;
        for (int unit = 60; unit >= 1 && startsWith(':'); unit /= 60) {
            expect(':');
            seconds += number(2, 2) * unit;
        }
        return (west ? -seconds : seconds) * PgDateTime.MICROS_PER_SECOND;
    }

    private long number(int minDigits, int maxDigits) {
        long value = 0;
        int digits = 0;
        while (digits < maxDigits && isDigitAt(in.position())) {
            value = value * 10 + in.get() - '0';
            digits++;
        }
        if (digits < minDigits) {
            throw malformed();
        }
        return value;
    }

    private boolean isDigitAt(int index) {
        return index < in.limit() && in.get(index) >= '0' && in.get(index) <= '9';
    }

    private boolean startsWith(char c) {
        return in.hasRemaining() && in.get(in.position()) == c;
    }

    private void expect(char c) {
        if (!startsWith(c)) {
            throw malformed();
        }
        in.get();
    }

    private static MalformedWalException malformed() {
        return new MalformedWalException("a date in text form is not in DateStyle ISO");
    }
}
