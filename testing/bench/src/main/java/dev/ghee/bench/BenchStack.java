package dev.ghee.bench;

import dev.ghee.local.GheeStack;
import dev.ghee.local.ReplicaCounts;
import dev.ghee.local.StackEvents;
import dev.ghee.testkit.Endpoints;
import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.Secrets;
import dev.ghee.testkit.StackHome;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The stack under load: one that runs already, or one of our own. */
public final class BenchStack implements AutoCloseable {
    private final Path home;
    private final String edgeUrl;
    private final Optional<GheeStack> own;

    private BenchStack(Path home, String edgeUrl, Optional<GheeStack> own) {
        this.home = home;
        this.edgeUrl = edgeUrl;
        this.own = own;
    }

    static BenchStack attachOrStart(
            Path folder, Map<String, String> environment, ReplicaCounts replicas, PrintStream out) throws IOException {
        Path running = folder.toAbsolutePath().resolve(environment.getOrDefault("GHEE_HOME", ".ghee"));
        Path endpoints = running.resolve("endpoints.json");
        Optional<Endpoints.Entry> edge = Files.exists(endpoints)
                ? Endpoints.read(endpoints)
                        .find("edge")
                        .filter(entry -> entry.process().alive())
                : Optional.empty();
        if (edge.isPresent()) {
            out.println("stack      the one running in " + running);
            return new BenchStack(running, edge.get().get("url"), Optional.empty());
        }
        Path home = folder.toAbsolutePath().resolve(".ghee-bench");
        out.println("stack      our own in " + home);
        GheeStack stack = GheeStack.start(home, freePort(), replicas, StackEvents.SILENT);
        return new BenchStack(home, stack.edgeUrl(), Optional.of(stack));
    }

    /** Base URL of the edge. */
    public String edgeUrl() {
        return edgeUrl;
    }

    public Endpoints endpoints() {
        return Endpoints.read(home.resolve("endpoints.json"));
    }

    public LocalStack backing() {
        return LocalStack.attach(home.resolve("endpoints.json"));
    }

    public Secrets secrets() {
        return StackHome.of(home).secrets();
    }

    /** Where a component of the stack keeps its data. */
    Path data(String component) {
        return StackHome.of(home).data(component);
    }

    String ownerKey() {
        return secrets().ownerKey();
    }

    /** The header that lifts rate limits, when the stack was started with one. */
    public static Map<String, String> bypass() {
        String token = System.getenv().getOrDefault("RATE_LIMIT_BYPASS_TOKEN", "");
        return token.isEmpty() ? Map.of() : Map.of("x-rate-limit-bypass", token);
    }

    @Override
    public void close() {
        own.ifPresent(GheeStack::close);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
