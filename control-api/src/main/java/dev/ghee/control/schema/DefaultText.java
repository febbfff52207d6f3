package dev.ghee.control.schema;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a column's default in one spelling. The database adds casts to constants; where a cast only repeats the
 * column's own type it says nothing, and people do not write it.
 */
final class DefaultText {
    private static final Pattern CAST_CONSTANT = Pattern.compile(
            "('(?:[^']|'')*')::([a-z][a-z0-9 ]*(?:\\(\\d+(?:,\\d+)?\\))?(?: with(?:out)? time zone)?(?:\\[])?)");
    private static final Pattern QUOTED_NUMBER = Pattern.compile("'(-?\\d+(?:\\.\\d+)?)'");
    private static final Pattern NUMERIC_TYPE =
            Pattern.compile("smallint|integer|bigint|real|float8|numeric(?:\\(.*\\))?");

    private DefaultText() {}

    /** The text for a column of this type; null when it is the same as having no default. */
    static @Nullable String normalise(@Nullable String text, ColumnType type) {
        if (text == null) {
            return null;
        }
        String stripped = text.strip();
        Matcher cast = CAST_CONSTANT.matcher(stripped);
        if (cast.matches() && repeats(cast.group(2), type)) {
            stripped = cast.group(1);
        }
        Matcher number = QUOTED_NUMBER.matcher(stripped);
        if (number.matches() && isNumeric(type.name())) {
            stripped = number.group(1);
        }
        return stripped.equalsIgnoreCase("null")
                        || stripped.toLowerCase(Locale.ROOT).startsWith("null::")
                ? null
                : stripped;
    }

    /** Constants of numeric types are shown as text with a cast when they are negative. */
    private static boolean repeats(String castTo, ColumnType type) {
        // The catalogue's inner name of char(n).
        String spelled = castTo.equals("bpchar") ? "char" : castTo;
        String target = ColumnType.parse(spelled).map(ColumnType::name).orElse(spelled);
        return base(target).equals(base(type.name())) || (isNumeric(target) && isNumeric(type.name()));
    }

    private static boolean isNumeric(String type) {
        return NUMERIC_TYPE.matcher(type).matches();
    }

    /** {@code varchar} of {@code varchar(20)}: the catalogue leaves lengths out of casts. */
    private static String base(String name) {
        int parenthesis = name.indexOf('(');
        return parenthesis < 0 || name.endsWith("[]") ? name : name.substring(0, parenthesis);
    }
}
