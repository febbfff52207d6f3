package dev.ghee.bench;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Argon2id at the platform's default cost and nothing else, on as many threads as the platform hashes with. */
final class BareArgon2 {
    private static final int MEMORY_KIB = 19_456;
    private static final int ITERATIONS = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private BareArgon2() {}

    static int threads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** After a warm-up of half that length. */
    static double hashesPerSecond(Duration length) throws Exception {
        run(length.dividedBy(2));
        return run(length);
    }

    private static double run(Duration length) throws Exception {
        long begin = System.nanoTime();
        long end = begin + length.toNanos();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads())) {
            Callable<Long> work = () -> hashUntil(end);
            List<Future<Long>> running = new ArrayList<>();
            for (int i = 0; i < threads(); i++) {
                running.add(pool.submit(work));
            }
            long hashes = 0;
            for (Future<Long> one : running) {
                hashes += one.get();
            }
            return hashes * 1e9 / (System.nanoTime() - begin);
        }
    }

    private static long hashUntil(long end) {
        Argon2 argon2 = Argon2Factory.create(Argon2Factory.Argon2Types.ARGON2id, SALT_BYTES, HASH_BYTES);
        byte[] password = "Bench-1234!".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        long hashes = 0;
        while (System.nanoTime() < end) {
            if (argon2.hash(ITERATIONS, MEMORY_KIB, 1, password).isEmpty()) {
                throw new IllegalStateException("no hash");
            }
            hashes++;
        }
        return hashes;
    }
}
