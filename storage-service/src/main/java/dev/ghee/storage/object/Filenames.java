package dev.ghee.storage.object;

import dev.ghee.storage.request.JsonBody;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Names that senders give to files. */
final class Filenames {
    private static final int MOST_CHARACTERS = 255;
    /** Stores that keep files allow no more in one segment of a path, with the id before it. */
    private static final int MOST_IN_KEY = 180;

    private static final Pattern UNSAFE = Pattern.compile("[^a-zA-Z0-9._-]");

    private Filenames() {}

    /** Fails with {@code VALIDATION_INVALID_SCHEMA} for what no file can be called. */
    static String checked(String field, String name) {
        if (name.isEmpty() || name.length() > MOST_CHARACTERS) {
            throw JsonBody.misfit(field, "must have 1 to " + MOST_CHARACTERS + " characters");
        }
        if (name.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw JsonBody.misfit(field, "must be text without control characters");
        }
        return name;
    }

    /** What of a name goes into keys: its end, where the extension is, with an underscore for whatever is not plain. */
    static String inKey(String name) {
        String plain = UNSAFE.matcher(name).replaceAll("_");
        return plain.length() > MOST_IN_KEY ? plain.substring(plain.length() - MOST_IN_KEY) : plain;
    }

    /** {@code inline} or {@code attachment} with the name in it, after RFC 6266. */
    static String disposition(String how, String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        var encoded = new StringBuilder();
        for (byte b : last.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || "!#$&+-.^_`|~".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%')
                        .append(Character.toUpperCase(Character.forDigit(c >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return how + "; filename=\"" + UNSAFE.matcher(last).replaceAll("_") + "\"; filename*=UTF-8''" + encoded;
    }
}
