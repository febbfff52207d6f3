package dev.ghee.storage.content;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a content, both ends included. Source: RFC 9110, 14.
 *
 * @param last at least {@code first}
 */
record ByteRange(long first, long last) {
    private static final Pattern SINGLE = Pattern.compile("bytes=[ \\t]*([0-9]{0,18})-([0-9]{0,18})[ \\t]*");

    /** What a {@code Range} header means for a content. */
    sealed interface Wanted {
        /** No header, or one that need not be followed: of other units, of several ranges, or none at all. */
        record Whole() implements Wanted {}

        record Part(ByteRange range) implements Wanted {}

        /** Nothing of it is there. */
        record Unsatisfiable() implements Wanted {}
    }

    static Wanted of(@Nullable String header, long size) {
        Matcher range = SINGLE.matcher(header == null ? "" : header);
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Wanted.Whole();
        }
        Optional<Long> from = number(range.group(1));
        Optional<Long> to = number(range.group(2));
        if (from.isEmpty()) {
            long suffix = Math.min(to.orElseThrow(), size);
            return suffix == 0 ? new Wanted.Unsatisfiable() : new Wanted.Part(new ByteRange(size - suffix, size - 1));
        }
        if (to.isPresent() && to.get() < from.get()) {
            return new Wanted.Whole();
        }
        return from.get() >= size
                ? new Wanted.Unsatisfiable()
                : new Wanted.Part(new ByteRange(from.get(), Math.min(to.orElse(Long.MAX_VALUE), size - 1)));
    }

    private static Optional<Long> number(String digits) {
        return digits.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(digits));
    }

    long length() {
        return last - first + 1;
    }

    /** As {@code Content-Range} says it. */
    String of(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }

    /** As {@code Range} asks for it. */
    String asked() {
        return "bytes=" + first + "-" + last;
    }
}
