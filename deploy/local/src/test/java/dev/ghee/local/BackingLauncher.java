package dev.ghee.local;

import dev.ghee.testkit.LocalStack;
import dev.ghee.testkit.StackHome;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Supervises the backing stack alone until it is killed. Argument: the home. */
final class BackingLauncher {
    private BackingLauncher() {}

    public static void main(String[] args) throws InterruptedException {
        StackHome home = StackHome.of(Path.of(args[0]));
        new Supervisor(home, Set.of(), StackEvents.SILENT)
                .start(LocalStack.components(home, home.ports(), home.secrets()).stream()
                        .map(component -> new Supervisor.Part(component, List.of()))
                        .toList());
        new CountDownLatch(1).await();
    }
}
