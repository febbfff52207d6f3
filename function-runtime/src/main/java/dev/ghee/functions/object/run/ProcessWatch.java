package dev.ghee.functions.object.run;

import dev.ghee.functions.engine.KillReason;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Kills processes that use too much memory or have stopped answering. An endless loop in one object stops all of its
 * app's objects, since they share a thread; other apps have processes of their own.
 */
final class ProcessWatch {
    private static final Logger LOG = Logger.getLogger(ProcessWatch.class);
    private static final long MEBIBYTE = 1024L * 1024;
    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final byte[] QUESTION =
            "GET / HTTP/1.1\r\nHost: watch\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ObjectsConfig config;
    private final MeterRegistry metrics;
    /** Since when each process owes us an answer, or when it gave its last, in nanoseconds. */
    private final Map<ObjectProcess, Asked> asked = new ConcurrentHashMap<>();

    private record Asked(long sinceNanos, boolean answered) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - sinceNanos);
        }
    }

    ProcessWatch(ObjectsConfig config, MeterRegistry metrics) {
        this.config = config;
        this.metrics = metrics;
    }

    /** To be called for each app again and again. Does not wait. */
    void look(AppHost host) {
        asked.keySet().removeIf(process -> !process.alive());
        RunningObjects running = host.current();
        if (running == null) {
            return;
        }
        ObjectProcess process = running.process();
        if (process.memory() > config.maxMemoryMegabytes() * MEBIBYTE) {
            kill(host, process, KillReason.MEMORY, "more than " + config.maxMemoryMegabytes() + " MiB");
            return;
        }
        Asked last = asked.get(process);
        if (last == null || (last.answered() && last.age().compareTo(ASK_EVERY) > 0)) {
            asked.put(process, new Asked(System.nanoTime(), false));
            Thread.startVirtualThread(() -> ask(process));
        } else if (!last.answered() && last.age().compareTo(config.stallTimeout()) > 0) {
            kill(
                    host,
                    process,
                    KillReason.UNRESPONSIVE,
                    "no answer for " + config.stallTimeout().toSeconds() + " s");
        }
    }

    private void ask(ObjectProcess process) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(process.socket()));
            channel.write(ByteBuffer.wrap(QUESTION));
            if (channel.read(ByteBuffer.allocate(16)) > 0) {
                asked.computeIfPresent(process, (_, _) -> new Asked(System.nanoTime(), true));
            }
        } catch (IOException e) {
            LOG.debugf("A process of objects does not answer: cause=%s", e.getMessage());
        }
    }

    private void kill(AppHost host, ObjectProcess process, KillReason reason, String detail) {
        LOG.warnf("Objects are killed: app=%s reason=%s", host.app(), reason);
        metrics.counter("ghee.durable_objects.kills", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
        asked.remove(process);
        process.killFor(reason, detail);
    }
}
