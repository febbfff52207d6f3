package dev.ghee.bench.realtime;

import dev.ghee.bench.BenchStack;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, by hand: a load generator on the same machine must cost less than what it loads. Of a change it reads
 * two columns, {@code n} and {@code sent}, which have to come in this order. Source: RFC 6455, section 5.2.
 */
final class ClientSocket extends ChannelInboundHandlerAdapter {
    private static final byte[] N = ascii("\"n\":");
    private static final byte[] SENT = ascii("\"sent\":\"");
    private static final byte[] HEADERS_END = ascii("\r\n\r\n");
    private static final String BYPASS = BenchStack.bypass().entrySet().stream()
            .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
            .collect(Collectors.joining());
    private static final String UPGRADED = "HTTP/1.1 101";
    /** Where frames begin to differ: after <code>{"type":"</code>. */
    private static final int TYPE = 9;

    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int TWO_BYTE_LENGTH = 126;
    private static final int EIGHT_BYTE_LENGTH = 127;
    private static final int MASKED = 0x80;

    private final Crowd.Seat seat;
    private final Crowd.Check check;
    private final Tally tally;
    private final Promise<Void> ready;
    private @Nullable ByteBuf rest;
    private boolean upgraded;
    private boolean leaving;
    private long last = -1;

    ClientSocket(Crowd.Seat seat, Crowd.Check check, Tally tally, Promise<Void> ready) {
        this.seat = seat;
        this.check = check;
        this.tally = tally;
        this.ready = ready;
    }

    /** From now on being closed is no problem. On the event loop. */
    void leave() {
        leaving = true;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        String request = "GET " + seat.path() + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: Z2hlZSBiZW5jaCBzb2NrZQ==\r\n" + BYPASS + "\r\n";
        context.writeAndFlush(Unpooled.wrappedBuffer(ascii(request)));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        long nanos = System.nanoTime();
        ByteBuf in = (ByteBuf) message;
        if (rest != null) {
            rest.writeBytes(in);
            in.release();
            in = rest;
            rest = null;
        }
        long before = in.readableBytes();
        long changes = upgraded || upgrade(context, in) ? frames(in) : 0;
        if (changes > 0) {
            tally.arrived(nanos, changes);
        }
        if (in.isReadable()) {
            rest = context.alloc().heapBuffer((int) Math.max(256, before * 2)).writeBytes(in);
        }
        in.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (rest != null) {
            rest.release();
            rest = null;
        }
        if (!leaving) {
            failed("closed by the server");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause.toString());
        context.close();
    }

    private void failed(String what) {
        tally.problem(what);
        ready.tryFailure(new IllegalStateException(what));
    }

    private boolean upgrade(ChannelHandlerContext context, ByteBuf in) {
        int end = find(in, HEADERS_END, in.readerIndex(), in.writerIndex());
        if (end < 0) {
            return false;
        }
        String head = in.toString(in.readerIndex(), end - in.readerIndex(), StandardCharsets.US_ASCII);
        in.readerIndex(end + HEADERS_END.length);
        if (!head.startsWith(UPGRADED)) {
            failed(head.lines().findFirst().orElse("no answer"));
            context.close();
            return false;
        }
        upgraded = true;
        if (seat.hello().isEmpty()) {
            ready.trySuccess(null);
        } else {
            context.writeAndFlush(masked(seat.hello()));
        }
        return true;
    }

    /** Deals with whole frames; how many were changes. */
    private long frames(ByteBuf in) {
        long changes = 0;
        long now = 0;
        while (in.readableBytes() >= 2) {
            int at = in.readerIndex();
            int opcode = in.getByte(at) & 0xF;
            long length = in.getByte(at + 1) & 0x7F;
            int header = 2;
            if (length == TWO_BYTE_LENGTH) {
                header = 4;
                length = in.readableBytes() < header ? Integer.MAX_VALUE : in.getUnsignedShort(at + 2);
            } else if (length == EIGHT_BYTE_LENGTH) {
                header = 10;
                length = in.readableBytes() < header ? Integer.MAX_VALUE : in.getLong(at + 2);
            }
            if (in.readableBytes() - header < length) {
                return changes;
            }
            int from = at + header;
            int to = from + (int) length;
            if (opcode == TEXT && isChange(in, from, to)) {
                now = now == 0 ? micros() : now;
                change(in, from, to, now);
                changes++;
            } else if (opcode == TEXT) {
                other(in, from, to);
            } else if (opcode == CLOSE && !leaving) {
                failed("close frame: " + in.toString(from + 2, Math.max(0, to - from - 2), StandardCharsets.UTF_8));
            }
            in.readerIndex(to);
        }
        return changes;
    }

    private static boolean isChange(ByteBuf in, int from, int to) {
        return to - from > TYPE + 1 && in.getByte(from + TYPE) == 'c' && in.getByte(from + TYPE + 1) == 'h';
    }

    private void change(ByteBuf in, int from, int to, long now) {
        if (tally.sample.isEmpty()) {
            tally.sample = in.toString(from, to - from, StandardCharsets.UTF_8);
        }
        if (check == Crowd.Check.NONE) {
            return;
        }
        int at = find(in, N, from, to);
        long n = number(in, at + N.length, to);
        if (n <= last) {
            tally.repeated++;
        } else if (check == Crowd.Check.CONSECUTIVE && n > last + 1) {
            tally.skipped += n - last - 1;
        }
        last = Math.max(last, n);
        tally.latencies.record(now - number(in, find(in, SENT, at, to) + SENT.length, to));
    }

    private void other(ByteBuf in, int from, int to) {
        String text = in.toString(from, to - from, StandardCharsets.UTF_8);
        if (text.startsWith("{\"type\":\"subscribed\"")) {
            ready.trySuccess(null);
        } else if (!text.startsWith("{\"type\":\"connected\"") && !text.startsWith("{\"type\":\"heartbeat\"")) {
            failed(text);
        }
    }

    private static long number(ByteBuf in, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = in.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Where the pattern begins, or -1. */
    private static int find(ByteBuf in, byte[] pattern, int from, int to) {
        for (int i = from; i <= to - pattern.length; i++) {
            int matched = 0;
            while (matched < pattern.length && in.getByte(i + matched) == pattern[matched]) {
                matched++;
            }
            if (matched == pattern.length) {
                return i;
            }
        }
        return -1;
    }

    private static long micros() {
        Instant now = Clock.systemUTC().instant();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    /** A client's frame: masked, with a mask of zeros that changes nothing. */
    private static ByteBuf masked(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer(8 + payload.length).writeByte(0x80 | TEXT);
        if (payload.length < TWO_BYTE_LENGTH) {
            frame.writeByte(MASKED | payload.length);
        } else {
            frame.writeByte(MASKED | TWO_BYTE_LENGTH).writeShort(payload.length);
        }
        return frame.writeInt(0).writeBytes(payload);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
