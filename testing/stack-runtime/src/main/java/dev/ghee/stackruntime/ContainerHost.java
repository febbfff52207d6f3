package dev.ghee.stackruntime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Runs one container for exactly as long as this process lives, so that the stack handles a container as it handles
 * any other process. Its output is the container's. Killed with -9, the container is removed by Testcontainers' reaper.
 */
public final class ContainerHost {
    private final GenericContainer<?> container;

    private ContainerHost(GenericContainer<?> container) {
        this.container = container;
    }

    /**
     * Arguments: {@code --image NAME}, {@code --publish LOOPBACK_PORT:CONTAINER_PORT}, {@code --bind HOST:CONTAINER},
     * {@code --env KEY=VALUE}, then {@code --} and the command line inside.
     */
    public static void main(String[] args) throws InterruptedException {
        ContainerHost host = new ContainerHost(container(args));
        Runtime.getRuntime().addShutdownHook(new Thread(host.container::stop, "stop-container"));
        host.container.start();
        while (host.container.isRunning()) {
            TimeUnit.SECONDS.sleep(1);
        }
        System.exit(1);
    }

    private static GenericContainer<?> container(String[] args) {
        GenericContainer<?> container = null;
        for (int i = 0; i + 1 < args.length; i += 2) {
            String option = args[i];
            String value = args[i + 1];
            if (option.equals("--image")) {
                container = new GenericContainer<>(DockerImageName.parse(value))
                        .withLogConsumer(frame -> System.out.print(frame.getUtf8String()));
                continue;
            }
            if (container == null) {
                throw new IllegalArgumentException("--image must come first");
            }
            switch (option) {
                case "--publish" -> container.setPortBindings(List.of("127.0.0.1:" + value));
                case "--bind" -> {
                    int colon = value.lastIndexOf(':');
                    container.withFileSystemBind(
                            value.substring(0, colon), value.substring(colon + 1), BindMode.READ_WRITE);
                }
                case "--env" -> {
                    int equals = value.indexOf('=');
                    container.withEnv(value.substring(0, equals), value.substring(equals + 1));
                }
                case "--" -> {
                    List<String> command = new ArrayList<>(List.of(args).subList(i + 1, args.length));
                    container.withCommand(command.toArray(String[]::new));
                    return container;
                }
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        if (container == null) {
            throw new IllegalArgumentException("usage: ContainerHost --image NAME [options] [-- command]");
        }
        return container;
    }
}
