package dev.ghee.local;

import dev.ghee.local.Arguments.UsageException;
import dev.ghee.testkit.OsProcess;
import dev.ghee.testkit.Secrets;
import dev.ghee.testkit.StackException;
import dev.ghee.testkit.StackHome;
import dev.ghee.testkit.Startup;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Entry point of {@code ./ghee up|down|status|token}, once the script has built what changed. */
public final class Ghee {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int NOT_RUNNING = 3;

    private final PrintStream out;
    private final Console console;

    private Ghee(PrintStream out) {
        this.out = out;
        this.console = new Console(out);
    }

    /** Exit code 1 when a component cannot start, 2 on a wrong call, 3 when there is no running stack to ask. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int code = FAILED;
        try {
            // The script changes to the checkout; a relative GHEE_HOME was resolved by it before.
            code = new Ghee(out)
                    .run(Arguments.parse(
                            List.of(args), System.getenv(), Path.of("").toAbsolutePath()));
        } catch (UsageException e) {
            System.err.println("error: " + e.getMessage());
            code = USAGE;
        } catch (StackException e) {
            System.err.println("error: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(code);
    }

    private int run(Arguments arguments) throws InterruptedException {
        return switch (arguments) {
            case Arguments.Up(Path home, int port, ReplicaCounts replicas) -> up(home, port, replicas);
            case Arguments.Down(Path home) -> down(home);
            case Arguments.Status(Path home) -> status(home);
            case Arguments.Token(Path home) -> token(home);
        };
    }

    private int up(Path home, int port, ReplicaCounts replicas) throws InterruptedException {
        Instant begin = Instant.now();
        console.say("home       " + home);
        GheeStack stack = GheeStack.start(home, port, replicas, console);
        String url = stack.edgeUrl();
        console.say("all up in " + Console.seconds(Duration.between(begin, Instant.now())));
        console.say("ready " + url);
        console.say("""

                service key of the platform owner (also in %1$s):
                  %2$s

                try:
                  curl -X POST %3$s/init -H "Authorization: Bearer $(cat %1$s)" -H 'Content-Type: application/json' -d '{"name":"hello"}'
                  open %3$s/examples/chat/ in two browsers
                  ./ghee status

                Ctrl-C stops everything; the data stays in %4$s.""".formatted(home.resolve("owner.key"), stack.ownerKey(), url, home));
        // Ends by a signal, through the shutdown hook that stops the stack.
        new CountDownLatch(1).await();
        return 0;
    }

    private int down(Path directory) throws InterruptedException {
        if (!Files.isDirectory(directory)) {
            console.say("nothing runs in " + directory);
            return 0;
        }
        StackHome home = StackHome.of(directory);
        boolean launcherAlive =
                home.recorded(StackHome.LAUNCHER).map(OsProcess::alive).orElse(false);
        if (launcherAlive) {
            // Stops its components itself; longer than the limit it gives them.
            home.recorded(StackHome.LAUNCHER).orElseThrow().stop("TERM", Duration.ofSeconds(90));
        }
        boolean leftovers = !home.running().isEmpty();
        Startup.stopAll(home.running());
        try {
            Files.deleteIfExists(home.endpointsFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        console.say(launcherAlive || leftovers ? "stopped" : "nothing runs in " + directory);
        return 0;
    }

    private int status(Path directory) {
        Path file = directory.resolve("endpoints.json");
        if (!Files.exists(file) || StackHome.of(directory).running().isEmpty()) {
            System.err.println("nothing runs in " + directory + "; start with: ./ghee up");
            return NOT_RUNNING;
        }
        try {
            out.print(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }

    private int token(Path directory) {
        StackHome home = StackHome.of(directory);
        Secrets secrets = home.secrets();
        out.println(PlatformToken.forOwner(secrets.localJwtSecret(), Instant.now()));
        home.save(secrets);
        return 0;
    }
}
