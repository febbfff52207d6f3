package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Repeat a run with {@code -Dseed=…}. */
class WalDecoderMutationTest {
    private static final int ROUNDS = 100_000;
    /** For what decoding builds besides the message: an object for each cell, the exception. */
    private static final int ALLOCATION_PER_BYTE = 100;

    private static final int ALLOCATION_BASE = 16_384;

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void onlyTheDocumentedFailureEscapes() {
        List<Capture.Entry> entries = Capture.entries();
        List<StreamPosition> positions = List.of(StreamPosition.values());
        int decoded = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes =
                    Mutations.mutate(entries.get(random.nextInt(entries.size())).bytes(), random);
            decoded += decodes(bytes, positions.get(random.nextInt(positions.size()))) ? 1 : 0;
        }
        // Otherwise the mutations are too coarse to reach anything but the first check.
        assertThat(decoded).as("seed %d", seed).isBetween(ROUNDS / 100, ROUNDS * 9 / 10);
    }

    @Test
    void allocatesInProportionToTheMessage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (Capture.Entry entry : Capture.entries()) {
            for (int i = 0; i < 50; i++) {
                byte[] bytes = Mutations.mutate(entry.bytes(), random);
                long before = threads.getCurrentThreadAllocatedBytes();
                decodes(bytes, entry.position());
                assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                        .as("seed %d, message %s", seed, HexFormat.of().formatHex(bytes))
                        .isLessThan(ALLOCATION_BASE + (long) ALLOCATION_PER_BYTE * bytes.length);
            }
        }
    }

    @Test
    void copiesNoValueHoweverLarge() {
        byte[] header = HexFormat.of().parseHex("490000557b4e00016202000000"); // one value of 32 MiB
        ByteBuffer message = ByteBuffer.allocate(header.length + (1 << 25)).put(0, header);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        WalDecoder.decode(message);
        long before = threads.getCurrentThreadAllocatedBytes();
        WalDecoder.decode(message);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(ALLOCATION_BASE);
    }

    private boolean decodes(byte[] bytes, StreamPosition position) {
        try {
            WalDecoder.decode(ByteBuffer.wrap(bytes), position);
            return true;
        } catch (MalformedWalException e) {
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", message " + HexFormat.of().formatHex(bytes), e);
        }
    }
}
