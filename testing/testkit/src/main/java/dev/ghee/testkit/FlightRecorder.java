package dev.ghee.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and Postgres and counts flights: each time the client speaks after the server has. Only
 * connections of one login count, once they have said who they are.
 */
public final class FlightRecorder implements AutoCloseable {
    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final String login;
    private final AtomicInteger flights = new AtomicInteger();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Conversation> conversations = ConcurrentHashMap.newKeySet();

    /** Listens on a free port of loopback, for the server at this address. */
    public FlightRecorder(String host, int port, String login) throws IOException {
        this.host = host;
        this.port = port;
        this.login = login;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Flights of that login so far. */
    public int flights() {
        return flights.get();
    }

    /** From now on nothing is passed on, in either direction, on connections that are open now; they stay open. */
    public void freeze() {
        conversations.forEach(conversation -> conversation.frozen = true);
        conversations.clear();
    }

    /** Ends every connection that is open now, without a goodbye. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
            sockets.remove(socket);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(host, port);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                var conversation = new Conversation(client, server);
                conversations.add(conversation);
                Thread.ofVirtual().start(conversation::toServer);
                Thread.ofVirtual().start(conversation::toClient);
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    /** One connection through the recorder. */
    private final class Conversation {
        private final Socket client;
        private final Socket server;
        private boolean ofRequests;
        private boolean serverSpokeLast = true;
        private volatile boolean frozen;

        Conversation(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void toServer() {
            copy(client, server, true);
        }

        void toClient() {
            copy(server, client, false);
        }

        private void copy(Socket from, Socket to, boolean fromClient) {
            byte[] buffer = new byte[64 * 1024];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    spoke(fromClient, buffer, read);
                    if (!frozen) {
                        out.write(buffer, 0, read);
                    }
                }
            } catch (IOException e) {
                // One side is gone; closing both tells the other.
                sockets.remove(from);
            }
        }

        private synchronized void spoke(boolean fromClient, byte[] buffer, int length) {
            if (fromClient && serverSpokeLast) {
                if (ofRequests) {
                    flights.incrementAndGet();
                }
                ofRequests = ofRequests || new String(buffer, 0, length, StandardCharsets.ISO_8859_1).contains(login);
            }
            serverSpokeLast = !fromClient;
        }
    }
}
