package dev.ghee.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Speaks just enough of a protocol to tell that a server on loopback answers it. */
public final class Probe {
    private static final int TIMEOUT_MILLIS = 1_500;

    private Probe() {}

    /** Whether a server greets with, or answers the request with, these first bytes (ASCII). */
    static boolean answers(int port, String request, String answerStart) {
        return new String(
                        exchange(port, request.getBytes(StandardCharsets.US_ASCII), answerStart.length()),
                        StandardCharsets.US_ASCII)
                .equals(answerStart);
    }

    /** Whether an HTTP GET gives any status below 500; S3 answers 403 to strangers. */
    static boolean servesHttp(int port, String path) {
        int status = httpStatus(port, path);
        return status >= 200 && status < 500;
    }

    /** Whether an HTTP GET gives 200. */
    public static boolean httpOk(int port, String path) {
        return httpStatus(port, path) == 200;
    }

    /** Whether a Kafka broker has begun to process requests: it answers ApiVersions (key 18, version 0). */
    static boolean kafkaServes(int port) {
        byte[] request = ByteBuffer.allocate(14)
                .putInt(10)
                .putShort((short) 18)
                .putShort((short) 0)
                .putInt(42)
                .putShort((short) -1)
                .array();
        byte[] answer = exchange(port, request, 10);
        return answer.length == 10 && ByteBuffer.wrap(answer).getInt(4) == 42;
    }

    private static int httpStatus(int port, String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n";
        String line = new String(
                exchange(port, request.getBytes(StandardCharsets.US_ASCII), "HTTP/1.1 200".length()),
                StandardCharsets.US_ASCII);
        return line.matches("HTTP/1\\.[01] [0-9]{3}") ? Integer.parseInt(line.substring(9)) : 0;
    }

    /** The first bytes of the answer; fewer, maybe none, when the server gives no more in time. */
    private static byte[] exchange(int port, byte[] request, int answerBytes) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return socket.getInputStream().readNBytes(answerBytes);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
