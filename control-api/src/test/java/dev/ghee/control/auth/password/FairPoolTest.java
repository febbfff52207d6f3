package dev.ghee.control.auth.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FairPoolTest {
    private static final AppId BUSY = new AppId("app_busybusybusy");
    private static final AppId QUIET = new AppId("app_quietquietqu");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final FairPool pool = new FairPool("test", 1, 20, 10);
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger submitted = new AtomicInteger();

    @AfterEach
    void close() {
        gate.countDown();
        callers.shutdownNow();
        pool.close();
    }

    @Test
    void anAppsBurstDelaysAnotherAppByOnePieceOfWork() throws Exception {
        List<String> order = new CopyOnWriteArrayList<>();
        occupy();
        for (int i = 0; i < 8; i++) {
            submit(BUSY, order, "busy");
        }
        Future<?> quiet = submit(QUIET, order, "quiet");

        gate.countDown();
        quiet.get();

        assertThat(order.indexOf("quiet")).isLessThanOrEqualTo(1);
    }

    @Test
    void tooMuchWorkOfOneAppIsRefusedWhileAnotherIsServed() throws Exception {
        occupy();
        for (int i = 0; i < 10; i++) {
            submit(BUSY, new CopyOnWriteArrayList<>(), "busy");
        }

        assertThatThrownBy(() -> pool.run(BUSY, PATIENCE, () -> 1)).satisfies(FairPoolTest::busy);

        Future<?> quiet = submit(QUIET, new CopyOnWriteArrayList<>(), "quiet");
        gate.countDown();
        quiet.get();
    }

    @Test
    void whoWaitsTooLongIsToldAndTheWorkIsNotDone() throws Exception {
        AtomicInteger done = new AtomicInteger();
        occupy();

        assertThatThrownBy(() -> pool.run(QUIET, Duration.ofMillis(50), done::incrementAndGet))
                .satisfies(FairPoolTest::busy);

        gate.countDown();
        assertThat(pool.run(QUIET, PATIENCE, () -> 7)).isEqualTo(7);
        assertThat(done).hasValue(0);
    }

    @Test
    void failuresOfTheWorkReachTheCaller() {
        assertThatThrownBy(() -> pool.run(QUIET, PATIENCE, () -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(pool.run(QUIET, PATIENCE, () -> "still working")).isEqualTo("still working");
    }

    private void occupy() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        callers.submit(() -> pool.run(BUSY, PATIENCE, () -> {
            running.countDown();
            gate.await();
            return 0;
        }));
        running.await();
    }

    /** Returns once the work is waiting. */
    private Future<?> submit(AppId app, List<String> order, String name) {
        int before = submitted.incrementAndGet();
        Future<?> result = callers.submit(() -> pool.run(app, PATIENCE, () -> order.add(name)));
        await().until(() -> pool.waiting() >= before);
        return result;
    }

    private static void busy(Throwable e) {
        assertThat(e).isInstanceOfSatisfying(GheeException.class, known -> {
            assertThat(known.code()).isEqualTo(ErrorCode.SERVICE_BUSY);
            assertThat(known.headers()).containsKey("Retry-After");
        });
    }
}
