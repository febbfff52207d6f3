package dev.ghee.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Valkey's own protocol over raw sockets in one thread: one command at a time on each connection. */
final class RespLoad {
    private RespLoad() {}

    static byte[] command(String... parts) {
        var text = new StringBuilder("*" + parts.length + "\r\n");
        for (String part : parts) {
            text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private record Exchange(SocketChannel channel, ByteBuffer in, List<byte[]> commands, long[] answers) {
        void send() throws IOException {
            ByteBuffer out =
                    ByteBuffer.wrap(commands.get(ThreadLocalRandom.current().nextInt(commands.size())));
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }

        void read() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("Valkey closed the connection");
            }
            if (isWhole()) {
                answers[0]++;
                in.clear();
                send();
            }
        }

        /** A simple answer is one line; a bulk string says its length in the first. */
        private boolean isWhole() {
            String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
            int line = text.indexOf("\r\n");
            if (line < 0) {
                return false;
            }
            if (text.charAt(0) != '$' || text.charAt(1) == '-') {
                return true;
            }
            return text.length() >= line + 2 + Integer.parseInt(text.substring(1, line)) + 2;
        }
    }

    static double perSecond(URI valkey, List<byte[]> commands, int connections, Duration length) throws IOException {
        var answers = new long[1];
        List<Exchange> exchanges = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress(valkey.getHost(), valkey.getPort()));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                var exchange = new Exchange(channel, ByteBuffer.allocate(8192), commands, answers);
                exchange.send();
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, exchange);
                exchanges.add(exchange);
            }
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < length.toNanos()) {
                selector.select(RespLoad::read, 100);
            }
            return answers[0] * 1e9 / (System.nanoTime() - begin);
        } finally {
            for (Exchange exchange : exchanges) {
                exchange.channel().close();
            }
        }
    }

    private static void read(SelectionKey key) {
        try {
            ((Exchange) key.attachment()).read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
