package dev.ghee.storage.build;

import java.util.ArrayList;
import java.util.List;

/**
 * What a build prints, until it is stored. Printing waits while much is not: a build cannot print faster than its
 * output is kept, or dropped.
 */
final class BuildLog {
    private static final int MOST_WAITING = 2000;
    private static final int MOST_LINES = 50_000;

    private final long maxBytes;
    private final List<String> waiting = new ArrayList<>();
    private long bytes;
    private int lines;
    private boolean full;

    BuildLog(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Waits while too many are not stored. */
    synchronized void print(String line) {
        if (full) {
            return;
        }
        try {
            while (waiting.size() >= MOST_WAITING) {
                wait();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        bytes += line.length();
        lines++;
        full = bytes > maxBytes || lines >= MOST_LINES;
        waiting.add(full ? "The build prints more than is kept; the rest is dropped" : line);
    }

    /** Of ours; kept even when the build itself may say no more. */
    synchronized void say(String line) {
        waiting.add(line);
    }

    /** The lines since the last time. */
    synchronized List<String> take() {
        List<String> taken = List.copyOf(waiting);
        waiting.clear();
        notifyAll();
        return taken;
    }
}
