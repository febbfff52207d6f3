package dev.ghee.storage.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Cuts what a program prints into lines: a line that is too long becomes several, and what is no UTF-8 is replaced. */
final class OutputLines {
    static final int MAX_LINE_BYTES = 4096;
    private static final int CHUNK_BYTES = 16 * 1024;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    OutputLines(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Reads to the end. */
    void read(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            for (int i = 0; i < count; i++) {
                next(chunk[i]);
            }
        }
        if (line.size() > 0) {
            end();
        }
    }

    private void next(byte value) {
        if (value == '\n') {
            end();
            return;
        }
        // Databases keep no NUL in a text.
        if (value != 0) {
            line.write(value);
        }
        if (line.size() >= MAX_LINE_BYTES) {
            end();
        }
    }

    private void end() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        lines.accept(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }
}
