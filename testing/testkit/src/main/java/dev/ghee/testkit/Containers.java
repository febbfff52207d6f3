package dev.ghee.testkit;

import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a native component in a container through Testcontainers, where a Docker daemon answers. The process that the
 * stack sees is a small JVM which lives as long as the container; see {@code ContainerHost}.
 */
final class Containers {
    private static final Path SOCKET = Path.of("/var/run/docker.sock");
    private static final String OPT_OUT = "GHEE_CONTAINERS";

    private Containers() {}

    /** Whether native components run in containers: a daemon answers, and GHEE_CONTAINERS is not {@code false}. */
    static boolean available() {
        return !"false".equals(System.getenv(OPT_OUT)) && Holder.DAEMON_ANSWERS;
    }

    /** The command that runs an image with one published port and, below a host folder, its data. */
    static List<String> command(
            String component, String image, int port, int containerPort, Path data, String mount, List<String> inside) {
        List<String> arguments = new ArrayList<>(
                List.of("--image", image, "--publish", port + ":" + containerPort, "--bind", data + ":" + mount));
        arguments.addAll(inside);
        try {
            return JavaCommand.small(96)
                    .main(
                            Repository.runtimeClasses(component)
                                    + File.pathSeparator
                                    + JavaCommand.classPath(Repository.runtimeFile(component, "lib")),
                            "dev.ghee.stackruntime.ContainerHost",
                            arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new StackException(component, "cannot lay out its command", null, e);
        }
    }

    private static boolean daemonAnswers() {
        if (!Files.exists(SOCKET)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(SOCKET));
            channel.write(ByteBuffer.wrap("GET /_ping HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(12);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // Until the status is complete or the daemon closes.
                continue;
            }
            return new String(answer.array(), StandardCharsets.US_ASCII).endsWith(" 200");
        } catch (IOException e) {
            return false;
        }
    }

    /** Asked once per JVM. */
    private static final class Holder {
        static final boolean DAEMON_ANSWERS = daemonAnswers();
    }
}
