package dev.ghee.storage.hosting.site;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Range header asks for (RFC 9110, 14.2). */
public sealed interface ByteRange {
    Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** All of it: there was no range, several, or one that is not understood; servers may ignore them. */
    record Whole() implements ByteRange {}

    /** @param last included */
    record Part(long first, long last) implements ByteRange {
        public long length() {
            return last - first + 1;
        }
    }

    /** Nothing of what there is: 416. */
    record Unsatisfiable() implements ByteRange {}

    static ByteRange of(String header, long length) {
        Matcher range = ONE.matcher(header.strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Whole();
        }
        if (range.group(1).isEmpty()) {
            long wanted = Math.min(Long.parseLong(range.group(2)), length);
            return wanted == 0 ? new Unsatisfiable() : new Part(length - wanted, length - 1);
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? length - 1 : Math.min(Long.parseLong(range.group(2)), length - 1);
        if (!range.group(2).isEmpty() && Long.parseLong(range.group(2)) < first) {
            return new Whole();
        }
        return first >= length ? new Unsatisfiable() : new Part(first, last);
    }
}
