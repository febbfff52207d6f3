package dev.ghee.pgoutput.value;

/**
 * Dates and times as Postgres keeps them (days or microseconds from 2000-01-01, the ends of the range meaning
 * infinity), printed in DateStyle ISO and as ISO 8601. Source: PostgreSQL's {@code EncodeDateTime}.
 */
final class PgDateTime {
    static final long MICROS_PER_DAY = 86_400_000_000L;
    static final long MICROS_PER_SECOND = 1_000_000;
    static final String INFINITY = "infinity";
    static final String NEGATIVE_INFINITY = "-infinity";

    private static final int MICROS_PER_MILLI = 1000;
    private static final int FRACTION_DIGITS = 6;
    /** From 0000-03-01, where the cycle of leap years starts, to 2000-01-01. */
    private static final long DAYS_TO_EPOCH = 730_425;

    private static final int DAYS_PER_CYCLE = 146_097;
    private static final int YEARS_PER_CYCLE = 400;

    private PgDateTime() {}

    /** A day of the proleptic Gregorian calendar; year 0 is 1 BC. */
    private record Day(long year, int month, int dayOfMonth) {}

    static void writeDate(int days, ByteSink out) {
        if (days == Integer.MAX_VALUE) {
            out.ascii(INFINITY);
        } else if (days == Integer.MIN_VALUE) {
            out.ascii(NEGATIVE_INFINITY);
        } else {
            Day day = day(days);
            writeDay(day, out);
            writeEra(day, out);
        }
    }

    /** @param zone printed after the time of day */
    static void writeTimestamp(long micros, String zone, ByteSink out) {
        if (micros == Long.MAX_VALUE) {
            out.ascii(INFINITY);
        } else if (micros == Long.MIN_VALUE) {
            out.ascii(NEGATIVE_INFINITY);
        } else {
            Day day = day(Math.floorDiv(micros, MICROS_PER_DAY));
            writeDay(day, out);
            out.put(' ');
            writeTime(Math.floorMod(micros, MICROS_PER_DAY), out);
            out.ascii(zone);
            writeEra(day, out);
        }
    }

    static void writeTime(long micros, ByteSink out) {
        writeClock(micros, out);
        writeFraction(Math.floorMod(micros, MICROS_PER_SECOND), out);
    }

    /** @param secondsWest of Greenwich, as Postgres has it: the opposite of what is printed */
    static void writeTimeWithZone(long micros, int secondsWest, ByteSink out) {
        writeTime(micros, out);
        long offset = Math.abs((long) secondsWest);
        out.put(secondsWest <= 0 ? '+' : '-');
        padded(offset / 3600, 2, out);
        if (offset % 3600 != 0) {
            out.put(':').padded(offset / 60 % 60, 2);
        }
        if (offset % 60 != 0) {
            out.put(':').padded(offset % 60, 2);
        }
    }

    /** A point and up to six digits without trailing zeros, or nothing. */
    static void writeFraction(long micros, ByteSink out) {
        if (micros == 0) {
            return;
        }
        long fraction = micros;
        int digits = FRACTION_DIGITS;
        while (fraction % 10 == 0) {
            fraction /= 10;
            digits--;
        }
        out.put('.').padded(fraction, digits);
    }

    /** ISO 8601 at midnight UTC; years beyond four digits get a sign and at least six. */
    static void writeIsoDate(int days, ByteSink out) {
        if (days == Integer.MAX_VALUE) {
            out.ascii(INFINITY);
        } else if (days == Integer.MIN_VALUE) {
            out.ascii(NEGATIVE_INFINITY);
        } else {
            writeIso(days, 0, out);
        }
    }

    /** ISO 8601 in UTC with three decimal places, the rest cut off. */
    static void writeIsoTimestamp(long micros, ByteSink out) {
        if (micros == Long.MAX_VALUE) {
            out.ascii(INFINITY);
        } else if (micros == Long.MIN_VALUE) {
            out.ascii(NEGATIVE_INFINITY);
        } else {
            writeIso(Math.floorDiv(micros, MICROS_PER_DAY), Math.floorMod(micros, MICROS_PER_DAY), out);
        }
    }

    /** The same of a day and a number of microseconds, which may lie outside of it. */
    static void writeIsoParts(long days, long micros, ByteSink out) {
        writeIso(days + Math.floorDiv(micros, MICROS_PER_DAY), Math.floorMod(micros, MICROS_PER_DAY), out);
    }

    private static void writeIso(long days, long microsOfDay, ByteSink out) {
        Day day = day(days);
        if (day.year() >= 0 && day.year() <= 9999) {
            out.padded(day.year(), 4);
        } else {
            out.put(day.year() < 0 ? '-' : '+');
            padded(Math.abs(day.year()), 6, out);
        }
        writeMonthAndDay(day, out);
        out.put('T');
        writeClock(microsOfDay, out);
        out.put('.')
                .padded(microsOfDay % MICROS_PER_SECOND / MICROS_PER_MILLI, 3)
                .put('Z');
    }

    private static void writeDay(Day day, ByteSink out) {
        padded(day.year() > 0 ? day.year() : 1 - day.year(), 4, out);
        writeMonthAndDay(day, out);
    }

    private static void writeMonthAndDay(Day day, ByteSink out) {
        out.put('-').padded(day.month(), 2).put('-').padded(day.dayOfMonth(), 2);
    }

    private static void writeEra(Day day, ByteSink out) {
        if (day.year() <= 0) {
            out.ascii(" BC");
        }
    }

    private static void writeClock(long micros, ByteSink out) {
        long seconds = Math.floorDiv(micros, MICROS_PER_SECOND);
        padded(Math.abs(seconds / 3600), 2, out);
        out.put(':').padded(Math.floorMod(seconds / 60, 60), 2);
        out.put(':').padded(Math.floorMod(seconds, 60), 2);
    }

    /** At least this wide. */
    private static void padded(long value, int width, ByteSink out) {
        int digits = width;
        long limit = 1;
        for (int i = 0; i < width; i++) {
            limit *= 10;
        }
        while (value >= limit && digits < 18) {
            limit *= 10;
            digits++;
        }
        out.padded(value, digits);
    }

    /** Counts in years from March on, so that the leap day is a year's last. */
    private static Day day(long daysFromEpoch) {
        long days = daysFromEpoch + DAYS_TO_EPOCH;
        long cycle = Math.floorDiv(days, DAYS_PER_CYCLE);
        int dayOfCycle = (int) Math.floorMod(days, DAYS_PER_CYCLE);
        int yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365;
        int dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
        int monthFromMarch = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = cycle * YEARS_PER_CYCLE + yearOfCycle + (month <= 2 ? 1 : 0);
        return new Day(year, month, dayOfMonth);
    }

    /** The inverse: days from 2000-01-01 of a proleptic Gregorian date. */
    static long daysFromEpoch(long year, int month, int dayOfMonth) {
        long yearFromMarch = month <= 2 ? year - 1 : year;
        long cycle = Math.floorDiv(yearFromMarch, YEARS_PER_CYCLE);
        long yearOfCycle = Math.floorMod(yearFromMarch, YEARS_PER_CYCLE);
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
        long dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear;
        return cycle * DAYS_PER_CYCLE + dayOfCycle - DAYS_TO_EPOCH;
    }
}
