package dev.ghee.functions.object.source;

import java.util.Locale;
import java.util.regex.Pattern;

/** Name of a class as it stands in URLs, such as {@code chat-room}. */
public record ObjectName(String value) {
    private static final int MAX_LENGTH = 63;
    private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");

    public static boolean isValid(String value) {
        return value.length() <= MAX_LENGTH && SHAPE.matcher(value).matches();
    }

    /** Fails with {@code NAME_REGEX_VIOLATION}, and with {@code NAME_RESERVED} for what is a route of its own. */
    public static ObjectName parse(String value) {
        if (!isValid(value)) {
            throw SourceProblem.NAME_REGEX_VIOLATION.asException(
                    "name must match ^" + SHAPE.pattern() + "$ and have at most " + MAX_LENGTH + " characters");
        }
        if (value.equals("env")) {
            throw SourceProblem.NAME_RESERVED.asException("The name env belongs to the environment's own route");
        }
        return new ObjectName(value);
    }

    /** Under which name objects find the class in their {@code env}: {@code CHAT_ROOM}. */
    public String binding() {
        return value.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
