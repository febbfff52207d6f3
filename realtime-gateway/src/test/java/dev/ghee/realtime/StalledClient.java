package dev.ghee.realtime;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that says what it wants and then reads nothing. Source: RFC 6455. */
final class StalledClient implements AutoCloseable {
    private static final int RECEIVE_BUFFER = 8192;
    private static final int MASKED = 0x80;
    private static final int FINAL_TEXT = 0x81;

    private final Socket socket;

    private StalledClient(Socket socket) {
        this.socket = socket;
    }

    static StalledClient connect(TestApp app) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.connect(new InetSocketAddress("127.0.0.1", RestAssured.port));
        String request = "GET /v1/" + app.id + "/realtime?token=" + app.serviceKey + " HTTP/1.1\r\n"
                + "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var client = new StalledClient(socket);
        client.readUntil("connected");
        return client;
    }

    void subscribe(String table) throws IOException {
        byte[] payload = ("{\"type\":\"subscribe\",\"table\":\"" + table + "\"}").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[payload.length + 6];
        frame[0] = (byte) FINAL_TEXT;
        frame[1] = (byte) (MASKED | payload.length);
        // The mask is zero, so the payload goes as it is.
        System.arraycopy(payload, 0, frame, 6, payload.length);
        socket.getOutputStream().write(frame);
        readUntil("subscribed");
    }

    /** Whether the server has given up on this client; what it had sent before is skipped. */
    boolean cut() {
        try {
            InputStream in = socket.getInputStream();
            while (in.available() > 0) {
                in.skipNBytes(in.available());
            }
            socket.setSoTimeout(200);
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void readUntil(String text) throws IOException {
        var seen = new StringBuilder();
        while (seen.indexOf(text) < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after " + seen);
            }
            seen.append((char) next);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
