package dev.ghee.realtime.policy.compiler;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads dates and times as Postgres prints them in ISO style: days, or microseconds, on one scale. */
final class PgMoment {
    private static final Pattern FORM = Pattern.compile("(\\d{4,7})-(\\d\\d)-(\\d\\d)"
            + "(?: (\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?)?"
            + "(?:([+-])(\\d\\d)(?::(\\d\\d)(?::(\\d\\d))?)?)?"
            + "( BC)?");
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long SECONDS_PER_HOUR = 3_600;
    private static final long SECONDS_PER_MINUTE = 60;

    private PgMoment() {}

    static Long date(String text) {
        return read(text, false, false);
    }

    static Long timestamp(String text) {
        return read(text, true, false);
    }

    static Long timestampWithZone(String text) {
        return read(text, true, true);
    }

    private static Long read(String text, boolean time, boolean zone) {
        if (text.equals("infinity")) {
            return Long.MAX_VALUE;
        }
        if (text.equals("-infinity")) {
            return Long.MIN_VALUE;
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches() || (form.group(4) != null) != time || (form.group(8) != null) != zone) {
            throw new EvaluationException("not a date or time in ISO style");
        }
        long year = number(form.group(1));
        // There is no year 0: 1 BC is followed by 1 AD.
        long days = day(form.group(12) == null ? year : 1 - year, form);
        if (!time) {
            return days;
        }
        long seconds = days * SECONDS_PER_DAY + seconds(form, 4);
        if (zone) {
            seconds -= (form.group(8).equals("-") ? -1 : 1) * seconds(form, 9);
        }
        return seconds * MICROS_PER_SECOND + micros(form.group(7));
    }

    private static long day(long year, Matcher form) {
        try {
            return LocalDate.of((int) year, (int) number(form.group(2)), (int) number(form.group(3)))
                    .toEpochDay();
        } catch (DateTimeException e) {
            throw new EvaluationException("not a date");
        }
    }

    private static long seconds(Matcher form, int hours) {
        return number(form.group(hours)) * SECONDS_PER_HOUR
                + number(form.group(hours + 1)) * SECONDS_PER_MINUTE
                + number(form.group(hours + 2));
    }

    private static long micros(@Nullable String fraction) {
        return fraction == null ? 0 : number((fraction + "00000").substring(0, 6));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
