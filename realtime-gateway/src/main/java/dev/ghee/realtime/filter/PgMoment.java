package dev.ghee.realtime.filter;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times as Postgres prints them and clients send them, in ISO 8601, as microseconds. Postgres reads many more
 * forms; those are refused.
 */
final class PgMoment {
    private static final long MICROS = 1_000_000;
    private static final long DAY_SECONDS = 86_400;
    private static final Pattern DATE_TIME = Pattern.compile(
            "(\\d{4,6})-(\\d{2})-(\\d{2})(?:[ T]([0-9:.]{5,15}) ?(Z|[+-]\\d{2}(?::?\\d{2}(?::\\d{2})?)?)?)?( BC)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern TIME = Pattern.compile("(\\d{2}):(\\d{2})(?::(\\d{2})(?:\\.(\\d{1,6}))?)?");

    private PgMoment() {}

    /**
     * Since 1970, in UTC; text without an offset is taken as UTC. The infinities lie beyond every other.
     *
     * @throws IllegalArgumentException for any other text
     */
    static long instant(String text) {
        return dateTime(text, true);
    }

    /** The same without regard to an offset, as Postgres reads a timestamp without time zone. */
    static long local(String text) {
        return dateTime(text, false);
    }

    /** The start of the day, without regard to what follows the date. */
    static long date(String text) {
        long micros = dateTime(text, false);
        return micros == Long.MAX_VALUE || micros == Long.MIN_VALUE
                ? micros
                : Math.floorDiv(micros, DAY_SECONDS * MICROS);
    }

    /** Since midnight. */
    static long time(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException("no time");
        }
        int hour = Integer.parseInt(time.group(1));
        int minute = Integer.parseInt(time.group(2));
        int second = time.group(3) == null ? 0 : Integer.parseInt(time.group(3));
        String fraction = time.group(4) == null ? "" : time.group(4);
        long micros = Long.parseLong((fraction + "000000").substring(0, 6));
        long total = ((hour * 60L + minute) * 60 + second) * MICROS + micros;
        if (minute > 59 || second > 60 || total > DAY_SECONDS * MICROS) {
            throw new IllegalArgumentException("no time of day");
        }
        return total;
    }

    private static long dateTime(String text, boolean withOffset) {
        if (text.equalsIgnoreCase("infinity")) {
            return Long.MAX_VALUE;
        }
        if (text.equalsIgnoreCase("-infinity")) {
            return Long.MIN_VALUE;
        }
        Matcher parts = DATE_TIME.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no date");
        }
        long micros = Math.multiplyExact(day(parts), DAY_SECONDS * MICROS);
        String time = parts.group(4);
        String offset = parts.group(5);
        micros = Math.addExact(micros, time == null ? 0 : time(time));
        return withOffset && offset != null ? Math.subtractExact(micros, offset(offset)) : micros;
    }

    private static long day(Matcher parts) {
        int year = Integer.parseInt(parts.group(1));
        if (year == 0) {
            throw new IllegalArgumentException("no year 0");
        }
        try {
            return LocalDate.of(
                            parts.group(6) == null ? year : 1 - year,
                            Integer.parseInt(parts.group(2)),
                            Integer.parseInt(parts.group(3)))
                    .toEpochDay();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("no such day", e);
        }
    }

    private static long offset(String text) {
        if (text.equalsIgnoreCase("Z")) {
            return 0;
        }
        String digits = (text.substring(1).replace(":", "") + "0000").substring(0, 6);
        int hours = Integer.parseInt(digits.substring(0, 2));
        int minutes = Integer.parseInt(digits.substring(2, 4));
        int seconds = Integer.parseInt(digits.substring(4, 6));
        if (hours > 15 || minutes > 59 || seconds > 59) {
            throw new IllegalArgumentException("no offset");
        }
        long micros = ((hours * 60L + minutes) * 60 + seconds) * MICROS;
        return text.charAt(0) == '-' ? -micros : micros;
    }
}
