package dev.ghee.realtime.policy.relation;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A line of {@code COPY … TO STDOUT} in text format. Source: PostgreSQL manual, COPY, "Text Format". */
final class CopyLine {
    private CopyLine() {}

    /**
     * The values of a line, as the types' output functions wrote them; null for NULL.
     *
     * @throws IllegalArgumentException when the line has another number of values
     */
    static @Nullable String[] values(byte[] line, int width) {
        @Nullable String[] values = new @Nullable String[width];
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
        int start = 0;
        for (int i = 0; i < width; i++) {
            int stop = start;
            while (stop < end && line[stop] != '\t') {
                stop++;
            }
            if (stop == end && i < width - 1 || stop < end && i == width - 1) {
                throw new IllegalArgumentException("a line has not " + width + " values");
            }
            values[i] = value(line, start, stop);
            start = stop + 1;
        }
        return values;
    }

    private static @Nullable String value(byte[] line, int start, int stop) {
        if (stop - start == 2 && line[start] == '\\' && line[start + 1] == 'N') {
            return null;
        }
        byte[] bytes = new byte[stop - start];
        int length = 0;
        for (int i = start; i < stop; i++) {
            byte next = line[i];
            if (next == '\\' && i + 1 < stop) {
                i++;
                next = unescaped(line[i]);
            }
            bytes[length++] = next;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    /** The server writes no other escapes than these and the backslash itself. */
    private static byte unescaped(byte letter) {
        return switch (letter) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            default -> letter;
        };
    }
}
