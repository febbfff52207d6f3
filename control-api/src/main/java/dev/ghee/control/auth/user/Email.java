package dev.ghee.control.auth.user;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** An e-mail address of this installation: ASCII, trimmed, in lower case, at most 254 characters. */
public record Email(String value) {
    static final int MAX_LENGTH = 254;
    private static final int MAX_LOCAL_LENGTH = 64;
    private static final Pattern SHAPE =
            Pattern.compile("[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
                    + "@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])");

    /** Empty when the text is no address that mail could be sent to. */
    public static Optional<Email> parse(String text) {
        String trimmed = text.strip();
        if (trimmed.length() > MAX_LENGTH || trimmed.indexOf('@') > MAX_LOCAL_LENGTH) {
            return Optional.empty();
        }
        String normal = trimmed.toLowerCase(Locale.ROOT);
        return SHAPE.matcher(normal).matches() ? Optional.of(new Email(normal)) : Optional.empty();
    }

    @Override
    public String toString() {
        return "Email[…]";
    }
}
