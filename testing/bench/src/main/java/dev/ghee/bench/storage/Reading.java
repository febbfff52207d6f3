package dev.ghee.bench.storage;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A content that was read to its end, by a reader that does nothing else.
 *
 * @param sha256 in hex; null unless it was wanted
 */
public record Reading(long bytes, Duration took, @Nullable String sha256) {
    private static final int BUFFER = 256 * 1024;
    private static final int PATIENCE_MILLIS = 60_000;

    /** As fast as it goes. Fails when the answer is not 200. */
    public static Reading fast(URI url, Map<String, String> headers) throws IOException {
        return read(url, headers, null);
    }

    /** With the digest of what was read. */
    public static Reading digested(URI url, Map<String, String> headers) throws IOException {
        return read(url, headers, MadeUpFile.digest());
    }

    private static Reading read(URI url, Map<String, String> headers, @Nullable MessageDigest digest)
            throws IOException {
        long begun = System.nanoTime();
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            String path = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
            var head = new StringBuilder(
                    "GET " + path + " HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\nConnection: close\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String status = line(in);
            if (!status.contains(" 200")) {
                throw new IOException(url + ": " + status);
            }
            while (!line(in).isEmpty()) {
                // The rest of the head.
            }
            long bytes = 0;
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes += n;
                if (digest != null) {
                    digest.update(buffer, 0, n);
                }
            }
            return new Reading(
                    bytes,
                    Duration.ofNanos(System.nanoTime() - begun),
                    digest == null ? null : HexFormat.of().formatHex(digest.digest()));
        }
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Million bytes in a second. */
    public double megabytesPerSecond() {
        return bytes / 1e6 / (took.toNanos() / 1e9);
    }
}
