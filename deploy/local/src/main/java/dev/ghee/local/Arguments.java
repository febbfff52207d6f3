package dev.ghee.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What to do, from the command line and environment of {@code ./ghee}. */
sealed interface Arguments {
    /** Where the state is kept. */
    Path home();

    record Up(Path home, int port) implements Arguments {}

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
     * @throws UsageException on an unknown command, an argument too many, or a port that is none
     */
    static Arguments parse(List<String> words, Map<String, String> environment, Path folder) {
        if (words.isEmpty()) {
            throw new UsageException("no command; one of: up, down, status, token");
        }
        if (words.size() > 1) {
            throw new UsageException(words.getFirst() + " takes no arguments, but got: " + words.get(1));
        }
        Path home =
                folder.resolve(environment.getOrDefault("GHEE_HOME", ".ghee")).normalize();
        return switch (words.getFirst()) {
            case "up" -> new Up(home, port(environment.getOrDefault("GHEE_PORT", "")));
            case "down" -> new Down(home);
            case "status" -> new Status(home);
            case "token" -> new Token(home);
            default -> throw new UsageException("unknown command: " + words.getFirst());
        };
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
