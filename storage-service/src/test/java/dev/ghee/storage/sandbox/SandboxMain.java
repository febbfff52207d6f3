package dev.ghee.storage.sandbox;

import dev.ghee.outbound.GuardedSockets;
import java.nio.file.Path;
import java.util.Map;

/** A service to be killed: runs a script, and tells its lines. */
final class SandboxMain {
    private SandboxMain() {}

    public static void main(String[] arguments) throws Exception {
        var sandboxes = new Sandboxes(Limits.in(Path.of(arguments[0])), new GuardedSockets(new NoOutbound()));
        sandboxes
                .start(sandboxes.open(), arguments[1], Map.of(), System.out::println)
                .end()
                .get();
    }
}
