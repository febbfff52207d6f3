package dev.ghee.bench.realtime;

import java.util.List;
import java.util.Locale;

/**
 * One line of what must hold.
 *
 * @param ours figure with its unit, as is {@code reference}, which may be empty
 * @param ratio of the two, as text; may be empty
 * @param bar what is wanted
 */
record Result(String what, String ours, String reference, String ratio, String bar, boolean held) {

    /** Ours must be at least so many times the reference. */
    static Result atLeast(double times, String what, double ours, double reference, String unit) {
        return new Result(
                what,
                figure(ours, unit),
                figure(reference, unit),
                String.format(Locale.ROOT, "%.2f", ours / reference),
                String.format(Locale.ROOT, ">= %.1f x", times),
                ours >= times * reference);
    }

    /** Told beside what must hold; nothing is wanted of it. */
    static Result shown(String what, double ours, double reference, String unit) {
        return new Result(
                what,
                figure(ours, unit),
                figure(reference, unit),
                String.format(Locale.ROOT, "%.2f", ours / reference),
                "",
                true);
    }

    static String figure(double value, String unit) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f %s" : "%,.0f %s", value, unit);
    }

    /** As a table that a page of the documentation can take as it is. */
    static String table(List<Result> results) {
        var table = new StringBuilder(
                "| What | Ghee | Reference | Ratio | Bar | |\n| --- | --- | --- | --- | --- | --- |\n");
        for (Result result : results) {
            table.append("| ")
                    .append(String.join(
                            " | ",
                            result.what(),
                            result.ours(),
                            result.reference(),
                            result.ratio(),
                            result.bar(),
                            result.held() ? "pass" : "FAIL"))
                    .append(" |\n");
        }
        return table.toString();
    }
}
