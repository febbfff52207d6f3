package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One process of the stack: how to make its files ready, start it, and tell that it serves. Immutable; the process
 * itself is an {@link OsProcess}.
 */
public interface Component {
    /** Path of this component in the endpoints file, such as {@code kafka} or {@code postgres.us-east-1}. */
    String name();

    /**
     * Makes files ready for a start; called before each. Must also clean up after a process that was killed.
     *
     * @throws StackException when something the component needs is missing
     */
    void prepare() throws IOException;

    /** The program and its arguments. The program must stay the process that is started (exec, not fork). */
    List<String> command();

    /** Added to the environment of the starting process. */
    default Map<String, String> environment() {
        return Map.of();
    }

    /** Folder to start in; must exist after {@link #prepare}. */
    Path workingDirectory();

    /** One probe, at most a second or two: does it answer as a client needs it to? */
    boolean healthy();

    /** What clients need to connect: {@code url} and more. May hold credentials. */
    Map<String, String> endpoint();

    /** How long it may take from start to healthy. */
    default Duration startLimit() {
        return Duration.ofSeconds(60);
    }
}
