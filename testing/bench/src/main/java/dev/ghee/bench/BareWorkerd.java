package dev.ghee.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** workerd alone with one worker that says hello: what functions are compared with. */
final class BareWorkerd implements AutoCloseable {
    private static final String CONFIG = """
            using Workerd = import "/workerd/workerd.capnp";
            const config :Workerd.Config = (
              services = [(name = "main", worker = (
                modules = [(name = "hello.js", esModule =
                  "export default { async fetch(request) { return new Response('hello'); } };")],
                compatibilityDate = "2026-11-01", compatibilityFlags = ["nodejs_compat"]))],
              sockets = [(name = "http", address = "127.0.0.1:%d", http = (), service = "main")],
            );
            """;
    private static final int ATTEMPTS = 100;
    private static final long PAUSE_MILLIS = 50;

    private final Process process;
    private final int port;
    private final Path config;

    private BareWorkerd(Process process, int port, Path config) {
        this.process = process;
        this.port = port;
        this.config = config;
    }

    /** @param root of the checkout, whose function-runtime is built */
    static BareWorkerd start(Path root) throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path config = Files.createTempFile("bare", ".capnp");
        Files.writeString(config, CONFIG.formatted(port));
        // With the priority of functions' processes, so that neither has an advantage.
        Process process = new ProcessBuilder("nice", "-n", "5", binary(root).toString(), "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var bare = new BareWorkerd(process, port, config);
        for (int i = 0; i < ATTEMPTS && !bare.listens(); i++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return bare;
    }

    private static Path binary(Path root) throws IOException {
        Path modules = root.resolve("function-runtime/target/workerd/node_modules/@cloudflare");
        try (Stream<Path> packages = Files.list(modules)) {
            return packages.map(folder -> folder.resolve("bin/workerd"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException("workerd is not installed in " + modules));
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        Files.deleteIfExists(config);
    }
}
