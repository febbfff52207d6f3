package dev.ghee.control.auth.limit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A way to a server that can be cut and restored without touching the server. */
final class Relay implements AutoCloseable {
    private final URI target;
    private final ServerSocket server;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private volatile boolean cut;

    Relay(URI target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "redis://127.0.0.1:" + server.getLocalPort();
    }

    /** Ends what is open, and everything that is opened from now on. */
    void cut() throws IOException {
        cut = true;
        for (Socket socket : open) {
            socket.close();
        }
    }

    void restore() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                if (cut) {
                    client.close();
                    continue;
                }
                Socket there = new Socket(target.getHost(), target.getPort());
                open.add(there);
                Thread.ofVirtual().start(() -> copy(client, there));
                Thread.ofVirtual().start(() -> copy(there, client));
            } catch (IOException e) {
                // Closed, or nobody there: the client sees its end.
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side is gone; both are closed.
        }
    }

    @Override
    public void close() throws IOException {
        cut();
        server.close();
    }
}
