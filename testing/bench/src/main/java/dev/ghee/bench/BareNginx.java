package dev.ghee.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** nginx alone, serving a folder: what sites are compared with. */
final class BareNginx implements AutoCloseable {
    private static final String CONFIG = """
            daemon off;
            user root;
            worker_processes auto;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events { worker_connections 1024; }
            http {
              types { text/html html; text/css css; text/javascript js; image/png png; }
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 100000000;
              open_file_cache max=1000;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server { listen 127.0.0.1:%2$d; root %3$s; }
            }
            """;
    private static final int ATTEMPTS = 100;
    private static final long PAUSE_MILLIS = 50;

    private final Process process;
    private final int port;

    private BareNginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Fails when there is none, and none can be fetched.
     *
     * @param root of the checkout
     * @param work for its own files
     */
    static BareNginx start(Path root, Path work, Path files) throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path config = Files.writeString(work.resolve("nginx.conf"), config(work, port, files));
        Process process = new ProcessBuilder(binary(root), "-c", config.toString(), "-p", work.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("nginx.log").toFile())
                .start();
        var nginx = new BareNginx(process, port);
        for (int i = 0; i < ATTEMPTS && !nginx.listens(); i++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        if (!nginx.listens()) {
            nginx.close();
            throw new IOException("nginx does not start: " + Files.readString(work.resolve("nginx.log")));
        }
        return nginx;
    }

    private static String config(Path work, int port, Path files) {
        String config = CONFIG.formatted(work, port, files);
        // Only root may name a user.
        return System.getProperty("user.name").equals("root") ? config : config.replace("user root;\n", "");
    }

    private static String binary(Path root) throws IOException, InterruptedException {
        Process install = new ProcessBuilder(
                        root.resolve("testing/bench/install-nginx").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (install.waitFor() != 0) {
            throw new IOException("There is no nginx to compare with");
        }
        return path;
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
    public void close() {
        process.destroy();
    }
}
