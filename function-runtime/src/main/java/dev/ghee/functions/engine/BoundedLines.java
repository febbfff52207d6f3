package dev.ghee.functions.engine;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** Reads lines of text of any length, of which it keeps the beginning and the end. */
final class BoundedLines {
    private static final int HALF = 2000;

    private BoundedLines() {}

    /** Null at the end of the text. */
    static @Nullable String next(Reader text) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = text.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = text.read()) {
            line.append((char) next);
            if (line.length() == 4 * HALF) {
                line.delete(HALF, 3 * HALF);
            }
        }
        return line.toString();
    }
}
