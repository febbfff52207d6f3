package dev.ghee.bench.realtime;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Client sockets by the thousand that count what they get and notice what they do not. */
final class Crowd implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final int CONNECTING = 48;
    private static final int CONNECT_SECONDS = 60;
    private static final int POLL_NANOS = 500_000;

    private final InetSocketAddress server;
    private final String source;
    private final Check check;
    private final NioEventLoopGroup loops = new NioEventLoopGroup(LOOPS);
    private final Map<EventLoop, Tally> tallies = new ConcurrentHashMap<>();
    private final List<ClientSocket> sockets = new ArrayList<>();

    /** What the column {@code n} of a socket's rows must be like. */
    enum Check {
        /** 0, 1, 2 and so on. */
        CONSECUTIVE,
        /** Larger each time. */
        RISING,
        /** Not looked at, and no latencies taken. */
        NONE
    }

    /**
     * One socket.
     *
     * @param path with query
     * @param hello frame to send, which {@code subscribed} must answer; empty for none
     */
    record Seat(String path, String hello) {
        /** The same, that asks for what came after the cursor. */
        Seat since(String cursor) {
            return new Seat(path, hello.substring(0, hello.length() - 1) + ",\"since\":\"" + cursor + "\"}");
        }
    }

    Crowd(InetSocketAddress server, Check check) {
        this(server, check, "127.0.0.1");
    }

    /** @param source address to connect from: one address has ports for about 28,000 sockets */
    Crowd(InetSocketAddress server, Check check, String source) {
        this.server = server;
        this.check = check;
        this.source = source;
    }

    /** Connects all, a few at a time, and returns when all are acknowledged; fails with the first problem. */
    Crowd seat(List<Seat> seats) throws InterruptedException {
        return seat(seats, CONNECTING);
    }

    /** The same, without waiting for one before the next. */
    Crowd seatAtOnce(List<Seat> seats) throws InterruptedException {
        return seat(seats, Math.max(1, seats.size()));
    }

    private Crowd seat(List<Seat> seats, int atOnce) throws InterruptedException {
        var connecting = new Semaphore(atOnce);
        List<Promise<Void>> all = new ArrayList<>(seats.size());
        for (Seat seat : seats) {
            if (!connecting.tryAcquire(CONNECT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("No socket came through in " + CONNECT_SECONDS + " s");
            }
            EventLoop loop = loops.next();
            Promise<Void> ready = loop.newPromise();
            ready.addListener(_ -> connecting.release());
            all.add(ready);
            connect(loop, seat, ready);
        }
        for (Promise<Void> ready : all) {
            if (!ready.await(CONNECT_SECONDS, TimeUnit.SECONDS) || !ready.isSuccess()) {
                throw new IllegalStateException("A socket was not served", ready.cause());
            }
        }
        return this;
    }

    private void connect(EventLoop loop, Seat seat, Promise<Void> ready) {
        var socket = new ClientSocket(seat, check, tallies.computeIfAbsent(loop, _ -> new Tally()), ready);
        sockets.add(socket);
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(socket);
                    }
                })
                .connect(server, new InetSocketAddress(source, 0))
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        ready.tryFailure(connected.cause());
                    }
                });
    }

    int size() {
        return sockets.size();
    }

    long received() {
        return tallies.values().stream()
                .mapToLong(tally -> tally.received.get())
                .sum();
    }

    /** Counts from zero again; what rows came last is remembered. */
    void reset() throws InterruptedException {
        for (var tally : tallies.entrySet()) {
            tally.getKey().submit(tally.getValue()::reset).sync();
        }
    }

    /** Waits until so many changes came, or this long without any. */
    boolean await(long expected, long quietSeconds) {
        long seen = -1;
        long since = System.nanoTime();
        while (true) {
            long now = received();
            if (now >= expected) {
                return true;
            }
            if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(quietSeconds)) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    Reception reception() throws InterruptedException {
        var latencies = new Latencies();
        List<String> problems = new ArrayList<>();
        long received = 0;
        long skipped = 0;
        long repeated = 0;
        long first = Long.MAX_VALUE;
        long last = 0;
        String sample = "";
        for (var entry : tallies.entrySet()) {
            Reception part =
                    entry.getKey().submit(entry.getValue()::reception).sync().getNow();
            latencies.add(part.latencies());
            problems.addAll(part.problems());
            received += part.received();
            skipped += part.skipped();
            repeated += part.repeated();
            if (part.received() > 0) {
                first = Math.min(first, part.firstNanos());
                last = Math.max(last, part.lastNanos());
            }
            sample = sample.isEmpty() ? part.sample() : sample;
        }
        return new Reception(received, skipped, repeated, problems, latencies, first, last, sample);
    }

    @Override
    public void close() {
        for (EventExecutor loop : loops) {
            loop.execute(() -> sockets.forEach(ClientSocket::leave));
        }
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
