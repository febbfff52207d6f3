package dev.ghee.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What to do, from the command line and environment of {@code ./ghee}. */
sealed interface Arguments {
    /** Where the state is kept. */
    Path home();

    record Up(Path home, int port, ReplicaCounts replicas) implements Arguments {}

    record Down(Path home) implements Arguments {}

    record Status(Path home) implements Arguments {}

    record Token(Path home) implements Arguments {}

    /** A call that makes no sense; the message says what would. */
    final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    int DEFAULT_PORT = 4000;

    /**
     * Relative homes are relative to the given folder.
     *
     * @throws UsageException on an unknown command, an argument too many, a port that is none, or replicas that cannot be
     */
    static Arguments parse(List<String> words, Map<String, String> environment, Path folder) {
        if (words.isEmpty()) {
            throw new UsageException("no command; one of: up, down, status, token");
        }
        boolean up = words.getFirst().equals("up");
        if (words.size() > 1 && !up) {
            throw new UsageException(words.getFirst() + " takes no arguments, but got: " + words.get(1));
        }
        Path home =
                folder.resolve(environment.getOrDefault("GHEE_HOME", ".ghee")).normalize();
        return switch (words.getFirst()) {
            case "up" ->
                new Up(home, port(environment.getOrDefault("GHEE_PORT", "")), replicas(words.subList(1, words.size())));
            case "down" -> new Down(home);
            case "status" -> new Status(home);
            case "token" -> new Token(home);
            default -> throw new UsageException("unknown command: " + words.getFirst());
        };
    }

    private static ReplicaCounts replicas(List<String> words) {
        List<String> texts = new ArrayList<>();
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            if (word.startsWith("--replicas=")) {
                texts.add(word.substring("--replicas=".length()));
            } else if (word.equals("--replicas") && rest.hasNext()) {
                texts.add(rest.next());
            } else {
                throw new UsageException("up takes only --replicas <service>=<count>, but got: " + word);
            }
        }
        try {
            return texts.isEmpty() ? ReplicaCounts.ONE_EACH : ReplicaCounts.parse(texts);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private static int port(String text) {
        if (text.isEmpty()) {
            return DEFAULT_PORT;
        }
        if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535) {
            return Integer.parseInt(text);
        }
        throw new UsageException("GHEE_PORT is no port number: " + text);
    }
}
