package dev.ghee.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * HTTP/1.1 over raw sockets in one thread: each connection sends one of the prepared requests, waits for the whole
 * answer and sends the next. Light on purpose, because it shares the machine with what it measures.
 */
final class HttpLoad {
    /** What the reports call it. */
    static final String NAME = "built-in (Java NIO, one thread, keep-alive, no think time)";

    private final InetSocketAddress address;
    private final Supplier<Dialogue> dialogues;

    /** Each connection sends any of the prepared requests. */
    HttpLoad(String url, List<byte[]> requests) {
        this(url, () -> _ -> requests.get(ThreadLocalRandom.current().nextInt(requests.size())));
    }

    /** Each connection has a dialogue of its own. */
    HttpLoad(String url, Supplier<Dialogue> dialogues) {
        URI uri = URI.create(url);
        this.address = new InetSocketAddress(uri.getHost(), uri.getPort());
        this.dialogues = dialogues;
    }

    /** What a connection says. */
    interface Dialogue {
        /** The next request; {@code answer} is the whole last one, empty at first. */
        byte[] next(String answer);
    }

    static byte[] request(String method, String path, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!body.isEmpty()) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(bytes.length)
                    .append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + bytes.length];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(bytes, 0, all, start.length, bytes.length);
        return all;
    }

    /** Fails when an answer is not 2xx. */
    Latencies run(int connections, Duration length) throws IOException {
        try (Selector selector = Selector.open()) {
            var exchanges = new Exchange[connections];
            for (int i = 0; i < connections; i++) {
                exchanges[i] = new Exchange(SocketChannel.open(address));
                exchanges[i].register(selector);
            }
            var measured = new Latencies();
            long begin = System.nanoTime();
            drive(selector, length, measured);
            measured.lasted(Duration.ofNanos(System.nanoTime() - begin));
            for (Exchange exchange : exchanges) {
                exchange.channel.close();
            }
            return measured;
        }
    }

    private static void drive(Selector selector, Duration length, Latencies into) throws IOException {
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            selector.select(key -> read(key, into), 100);
        }
    }

    private static void read(SelectionKey key, Latencies into) {
        try {
            ((Exchange) key.attachment()).read(into);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** One connection and the answer it is waiting for. */
    private final class Exchange {
        private final SocketChannel channel;
        private final Dialogue dialogue = dialogues.get();
        private ByteBuffer in = ByteBuffer.allocate(64 * 1024);
        private long sentAt;

        Exchange(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }

        void register(Selector selector) throws IOException {
            send("");
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        /** Requests are small: a loopback socket takes one whole. */
        private void send(String answer) throws IOException {
            ByteBuffer out = ByteBuffer.wrap(dialogue.next(answer));
            sentAt = System.nanoTime();
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }

        void read(Latencies into) throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("the server closed the connection");
            }
            int length = Response.lengthIfComplete(in.array(), in.position());
            if (length < 0) {
                if (!in.hasRemaining()) {
                    in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
                }
                return;
            }
            into.add(System.nanoTime() - sentAt);
            String answer = new String(in.array(), 0, in.position(), StandardCharsets.UTF_8);
            in.clear();
            send(answer);
        }
    }

    /** Just enough HTTP to know where an answer ends. */
    private static final class Response {
        private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.ISO_8859_1);
        private static final byte[] LAST_CHUNK = "\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

        static int lengthIfComplete(byte[] bytes, int end) throws IOException {
            int body = endOfHead(bytes, end);
            if (body < 0) {
                return -1;
            }
            if (bytes[9] != '2') {
                throw new IOException("unexpected answer: " + new String(bytes, 0, end, StandardCharsets.UTF_8));
            }
            if (bytes[10] == '0' && bytes[11] == '4') {
                // 204 has no body, and need not say so.
                return body;
            }
            int declared = declaredLength(bytes, body);
            if (declared >= 0) {
                return end >= body + declared ? body + declared : -1;
            }
            return endsWith(bytes, end, LAST_CHUNK) ? end : -1;
        }

        private static int endOfHead(byte[] bytes, int end) {
            for (int i = 3; i < end; i++) {
                if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }

        private static int declaredLength(byte[] bytes, int end) {
            for (int i = 0; i + CONTENT_LENGTH.length < end; i++) {
                if (bytes[i] == '\n' && isHeader(bytes, i + 1)) {
                    int value = 0;
                    for (int at = i + 1 + CONTENT_LENGTH.length; bytes[at] != '\r'; at++) {
                        value = bytes[at] == ' ' ? value : value * 10 + bytes[at] - '0';
                    }
                    return value;
                }
            }
            return -1;
        }

        private static boolean isHeader(byte[] bytes, int at) {
            for (int i = 0; i < CONTENT_LENGTH.length; i++) {
                if ((bytes[at + i] | 0x20) != (CONTENT_LENGTH[i] | 0x20)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean endsWith(byte[] bytes, int end, byte[] tail) {
            return end >= tail.length && java.util.Arrays.equals(bytes, end - tail.length, end, tail, 0, tail.length);
        }
    }

    /** How long answers took. */
    static final class Latencies {
        /** One bucket per 10 microseconds, up to 10 s; longer ones count as the last. */
        private static final int BUCKETS = 1_000_000;

        private static final long BUCKET_NANOS = 10_000;

        private final int[] buckets = new int[BUCKETS];
        private long count;
        private Duration lasted = Duration.ofNanos(1);

        void add(long nanos) {
            buckets[(int) Math.min(BUCKETS - 1, nanos / BUCKET_NANOS)]++;
            count++;
        }

        void lasted(Duration duration) {
            lasted = duration;
        }

        long count() {
            return count;
        }

        double perSecond() {
            return count * 1e9 / lasted.toNanos();
        }

        /** In milliseconds. */
        double percentile(double percent) {
            long wanted = (long) Math.ceil(count * percent / 100);
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += buckets[i];
                if (seen >= wanted) {
                    return i * BUCKET_NANOS / 1e6;
                }
            }
            return BUCKETS * BUCKET_NANOS / 1e6;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "%8.0f/s  p50 %6.2f ms  p99 %6.2f ms", perSecond(), percentile(50), percentile(99));
        }
    }
}
