package dev.ghee.functions.engine;

import java.util.ArrayDeque;
import java.util.Optional;

/** The last lines that a workerd process printed. Bounded, because its code decides how much that is. */
final class WorkerdLog {
    private static final int LINES = 100;
    private static final int LINE_LENGTH = 2000;
    private static final String REFERENCE = "wdErrId = ";

    private final ArrayDeque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.removeFirst();
        }
        lines.addLast(line.length() > LINE_LENGTH ? shortened(line) : line);
    }

    /** References stand at the end. */
    private static String shortened(String line) {
        return line.substring(0, LINE_LENGTH / 2) + " … " + line.substring(line.length() - LINE_LENGTH / 2);
    }

    synchronized boolean contains(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    /** The last few lines. */
    synchronized String tail() {
        return String.join(
                "\n", lines.stream().skip(Math.max(0, lines.size() - 5)).toList());
    }

    /**
     * The cause that workerd printed for an "internal error; reference = …". It prints the cause in one line and the
     * reference in the next.
     */
    synchronized Optional<String> cause(String reference) {
        String previous = "";
        for (String line : lines) {
            if (line.endsWith(REFERENCE + reference)) {
                int start = previous.lastIndexOf("failed: ");
                return start < 0 ? Optional.empty() : Optional.of(previous.substring(start + "failed: ".length()));
            }
            previous = line;
        }
        return Optional.empty();
    }
}
