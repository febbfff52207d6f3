package dev.ghee.storage.sandbox;

import dev.ghee.outbound.RefusedAddressException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;
import org.jboss.logging.Logger;

/**
 * The only way out of a sandbox: an HTTP proxy on a Unix socket that joins connections to hosts at their TLS port
 * (CONNECT, RFC 9110 section 9.3.6) and does nothing else. Which addresses are allowed, the socket factory decides at the
 * moment of connecting.
 */
final class EgressProxy implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EgressProxy.class);
    private static final int MAX_HEAD_BYTES = 8 * 1024;
    private static final int CHUNK_BYTES = 32 * 1024;
    private static final int MAX_CONNECTIONS = 64;
    private static final int CONNECT_MILLIS = 10_000;

    private final ServerSocketChannel server;
    private final SocketFactory sockets;
    private final Destinations destinations;
    private final AtomicLong bytesLeft;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sandbox-egress-", 0).factory());

    private EgressProxy(ServerSocketChannel server, SocketFactory sockets, Destinations destinations, long bytes) {
        this.server = server;
        this.sockets = sockets;
        this.destinations = destinations;
        this.bytesLeft = new AtomicLong(bytes);
    }

    /** Which names and ports may be asked for at all. */
    @FunctionalInterface
    interface Destinations {
        boolean allow(String host, int port);
    }

    static EgressProxy listen(Path socket, SocketFactory sockets, Destinations destinations, long bytes)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        var proxy = new EgressProxy(server, sockets, destinations, bytes);
        proxy.threads.execute(proxy::accept);
        return proxy;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                LOG.debugf("Sandbox proxy has ended: %s", e.getMessage());
                return;
            }
        }
    }

    private void serve(SocketChannel client) {
        boolean admitted = free.tryAcquire();
        try (client) {
            if (!admitted) {
                answer(client, "503 Too many connections");
                return;
            }
            connect(client);
        } catch (IOException e) {
            LOG.debugf("Connection of a sandbox: %s", e.getMessage());
        } finally {
            if (admitted) {
                free.release();
            }
        }
    }

    private void connect(SocketChannel client) throws IOException {
        String[] request = head(client).split(" ", 3);
        int colon = request.length < 3 ? -1 : request[1].lastIndexOf(':');
        if (!request[0].equals("CONNECT") || colon < 0) {
            answer(client, "405 Only CONNECT");
            return;
        }
        String host = request[1].substring(0, colon);
        int port = port(request[1].substring(colon + 1));
        if (!destinations.allow(host, port)) {
            answer(client, "403 Only port 443");
            return;
        }
        try (Socket remote = sockets.createSocket()) {
            remote.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            answer(client, "200 Connected");
            join(client, remote);
        } catch (RefusedAddressException e) {
            answer(client, "403 No public address");
        } catch (UnknownHostException e) {
            answer(client, "502 No such host");
        }
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    /** The request line; the header is read to its end and of no interest. */
    private static String head(SocketChannel client) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            if (client.read(one.clear()) < 0 || head.length() >= MAX_HEAD_BYTES) {
                throw new IOException("no request");
            }
            head.append((char) (one.get(0) & 0xff));
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static void answer(SocketChannel client, String status) throws IOException {
        writeAll(client, ByteBuffer.wrap(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private void join(SocketChannel client, Socket remote) throws IOException {
        var up = threads.submit(() -> {
            up(client, remote);
            return null;
        });
        InputStream in = remote.getInputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            spend(count);
            writeAll(client, ByteBuffer.wrap(chunk, 0, count));
        }
        client.shutdownOutput();
        up.cancel(true);
    }

    private void up(SocketChannel client, Socket remote) throws IOException {
        OutputStream out = remote.getOutputStream();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try {
            for (int count = client.read(chunk); count >= 0; count = client.read(chunk)) {
                spend(count);
                out.write(chunk.array(), 0, count);
                chunk.clear();
            }
            remote.shutdownOutput();
        } catch (IOException e) {
            // The other direction waits for the remote side; this ends it.
            remote.close();
            throw e;
        }
    }

    private void spend(int count) throws IOException {
        if (bytesLeft.addAndGet(-count) < 0) {
            throw new IOException("a sandbox has used up its network bytes");
        }
    }

    private static void writeAll(SocketChannel client, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
