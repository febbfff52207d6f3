package dev.ghee.bench.storage;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Uploads a file by tus as a patient client does, while its connections are cut and the service is killed: after each
 * trouble it asks how far it had come and goes on from there.
 */
public final class TroubledUpload {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long PAUSE_MILLIS = 200;
    private static final int BUFFER = 256 * 1024;

    private final URI edge;
    private final Map<String, String> headers;
    private final String app;
    private final MadeUpFile file;

    /** @param headers of every request, such as the credential */
    public TroubledUpload(URI edge, Map<String, String> headers, String app, MadeUpFile file) {
        this.edge = edge;
        this.headers = Map.copyOf(headers);
        this.app = app;
        this.file = file;
    }

    /** Something that happens once so many bytes have been sent. */
    private record Trouble(long at, boolean kill) {}

    /**
     * What came of it.
     *
     * @param sent bytes in all, with those that had to be sent again
     */
    public record Outcome(String objectId, int cuts, int kills, long sent, Duration took) {}

    private record Answer(int status, Map<String, String> headers) {}

    /**
     * @param cuts how many connections are cut, evenly over the file
     * @param kills how often the service is killed, evenly over the file
     */
    public Outcome run(int cuts, int kills, Killing killing) throws IOException, InterruptedException {
        Instant begun = Instant.now();
        String upload = create();
        var troubles = new TreeMap<Long, Trouble>();
        for (int i = 1; i <= cuts; i++) {
            long at = file.size() * i / (cuts + 1) + i;
            troubles.put(at, new Trouble(at, false));
        }
        for (int i = 1; i <= kills; i++) {
            long at = file.size() * i / (kills + 1) + 100_000;
            troubles.put(at, new Trouble(at, true));
        }
        long sent = 0;
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            long offset = offset(upload);
            if (offset == file.size()) {
                break;
            }
            Map.Entry<Long, Trouble> next = troubles.firstEntry();
            if (next != null && next.getKey() <= offset) {
                throw new IOException("The offset " + offset + " is beyond what was sent: " + next.getKey());
            }
            sent += send(upload, offset, next == null ? null : next.getValue(), killing);
            if (next != null) {
                troubles.remove(next.getKey());
                deadline = Instant.now().plus(PATIENCE);
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("Still at " + offset + " of " + file.size() + " after " + PATIENCE);
            }
        }
        return new Outcome(
                upload.substring(upload.lastIndexOf('/') + 1),
                cuts,
                kills,
                sent,
                Duration.between(begun, Instant.now()));
    }

    /** As {@code kill -9} of whoever takes the bytes; returns when the process is gone. */
    @FunctionalInterface
    public interface Killing {
        void kill() throws InterruptedException;
    }

    private String create() throws IOException, InterruptedException {
        Map<String, String> create = new HashMap<>();
        create.put("Upload-Length", Long.toString(file.size()));
        create.put(
                "Upload-Metadata",
                "filename " + Base64.getEncoder().encodeToString("made-up.bin".getBytes(StandardCharsets.US_ASCII)));
        create.put("Content-Length", "0");
        Answer answer = patiently("POST", "/storage/" + app + "/uploads", create, 201);
        String location = answer.headers().get("location");
        if (location == null) {
            throw new IOException("No Location");
        }
        return location;
    }

    private long offset(String upload) throws IOException, InterruptedException {
        String offset = patiently("HEAD", upload, Map.of(), 200).headers().get("upload-offset");
        return Long.parseLong(offset == null ? "-1" : offset);
    }

    /** Until the answer is as it should be: a service that is down, or does not know a new app's settings yet, comes. */
    private Answer patiently(String method, String path, Map<String, String> more, int wanted)
            throws IOException, InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            String problem;
            try (Socket socket = connect()) {
                write(socket.getOutputStream(), method, path, more);
                Answer answer = read(socket);
                if (answer.status() == wanted) {
                    return answer;
                }
                problem = "answered " + answer.status();
            } catch (IOException e) {
                problem = e.toString();
            }
            if (Instant.now().isAfter(deadline)) {
                throw new IOException(method + " " + path + ": " + problem);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Returns how many bytes it sent; those that the server took are asked for afterwards. */
    private long send(String upload, long offset, @Nullable Trouble trouble, Killing killing)
            throws InterruptedException {
        long to = trouble == null ? file.size() : trouble.at();
        try (Socket socket = connect()) {
            var out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
            write(
                    out,
                    "PATCH",
                    upload,
                    Map.of(
                            "Upload-Offset",
                            Long.toString(offset),
                            "Content-Type",
                            "application/offset+octet-stream",
                            "Content-Length",
                            Long.toString(file.size() - offset)));
            file.write(offset, to, out);
            out.flush();
            if (trouble == null) {
                read(socket);
            } else if (trouble.kill()) {
                killing.kill();
            } else if (trouble.at() % 2 == 0) {
                // A reset in the middle, rather than an orderly end.
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            if (trouble != null && trouble.kill()) {
                killing.kill();
            }
        }
        return to - offset;
    }

    private Socket connect() throws IOException {
        var socket = new Socket(edge.getHost(), edge.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private void write(OutputStream out, String method, String path, Map<String, String> more) throws IOException {
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        more.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The head; bodies of these answers mean nothing here. */
    private static Answer read(Socket socket) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String status = in.readLine();
        if (status == null) {
            throw new IOException("The connection ended before the answer");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Answer(Integer.parseInt(status.split(" ")[1]), headers);
    }
}
