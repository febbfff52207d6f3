package dev.ghee.functions.queue;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.regex.Pattern;

/** The name of a queue. */
public record QueueName(String text) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    /** A name that a client gave. Fails with {@code VALIDATION_INVALID_NAME}. */
    public static QueueName parse(String text) {
        if (!SHAPE.matcher(text).matches()) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_NAME,
                    "A queue's name has 1 to 100 letters, digits, underscores and hyphens");
        }
        return new QueueName(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
