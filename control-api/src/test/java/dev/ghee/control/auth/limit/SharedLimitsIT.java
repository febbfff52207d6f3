package dev.ghee.control.auth.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class SharedLimitsIT {
    /** Calls that may wait for a connection, as many as in the service. */
    private static final int MANY = 4096;

    @Inject
    Vertx vertx;

    @Inject
    EndUserAuthConfig config;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void twoProcessesShareOneCount() {
        AttemptCounts one = process(Api.config("ghee.valkey.url"));
        AttemptCounts other = process(Api.config("ghee.valkey.url"));
        Budget budget = new Budget(key(), 4);

        assertThat(List.of(take(one, budget), take(other, budget), take(one, budget), take(other, budget)))
                .containsOnly(Verdict.WITHIN);

        assertThat(take(one, budget).over()).isZero();
        assertThat(take(other, budget).closesIn())
                .isPositive()
                .isLessThanOrEqualTo(config.limit().window());
        assertThat(metrics.counter("ghee.auth.limits.unshared").count()).isZero();
    }

    @Test
    void callsInParallelGetNoMoreThanTheLimit() throws Exception {
        AttemptCounts one = process(Api.config("ghee.valkey.url"));
        AttemptCounts other = process(Api.config("ghee.valkey.url"));
        Budget budget = new Budget(key(), 10);
        var calls = new AtomicInteger();
        Callable<Verdict> call = () -> take(calls.getAndIncrement() % 2 == 0 ? one : other, budget);

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(callers.invokeAll(Stream.generate(() -> call).limit(60).toList()).stream()
                            .filter(done -> done.resultNow().equals(Verdict.WITHIN)))
                    .hasSize(10);
        }
    }

    @Test
    void whatIsRefusedByAddressCountsAgainstNoAccount() {
        AttemptCounts process = process(Api.config("ghee.valkey.url"));
        Budget address = new Budget(key(), 1);
        Budget account = new Budget(key(), 1);

        assertThat(process.take(List.of(address, account))).isEqualTo(Verdict.WITHIN);
        assertThat(process.take(List.of(address, account)).over()).isZero();

        assertThat(process.take(List.of(new Budget(key(), 1), account)).over()).isEqualTo(1);
    }

    @Test
    void aMarkIsKnownToAllProcesses() {
        String key = key();

        process(Api.config("ghee.valkey.url")).mark(key, Duration.ofMinutes(1));

        AttemptCounts other = process(Api.config("ghee.valkey.url"));
        assertThat(other.marked(key)).isTrue();
        assertThat(other.marked(key())).isFalse();
    }

    @Test
    void withoutValkeyEachProcessCountsOnWhatItHasSeenAndSharesAgainAfterwards() throws Exception {
        try (var relay = new Relay(URI.create(Api.config("ghee.valkey.url")))) {
            AttemptCounts one = process(relay.url());
            AttemptCounts other = process(Api.config("ghee.valkey.url"));
            Budget budget = new Budget(key(), 3);
            assertThat(take(one, budget)).isEqualTo(Verdict.WITHIN);
            assertThat(take(one, budget)).isEqualTo(Verdict.WITHIN);

            relay.cut();

            assertThat(take(one, budget)).isEqualTo(Verdict.WITHIN);
            assertThat(take(one, budget).over()).isZero();
            assertThat(metrics.counter("ghee.auth.limits.unshared").count()).isEqualTo(2);
            // The other process still has one of the three, since Valkey never heard of the third.
            assertThat(take(other, budget)).isEqualTo(Verdict.WITHIN);

            relay.restore();

            Budget fresh = new Budget(key(), 1);
            assertThat(take(other, fresh)).isEqualTo(Verdict.WITHIN);
            await().atMost(Duration.ofSeconds(20)).until(() -> one.marked(marked(other)));
            assertThat(take(one, fresh).over()).isZero();
        }
    }

    private String marked(AttemptCounts process) {
        String key = key();
        process.mark(key, Duration.ofMinutes(1));
        return key;
    }

    private AttemptCounts process(String url) {
        var options = new RedisOptions().setConnectionString(url).setMaxPoolWaiting(MANY);
        return new AttemptCounts(Redis.createClient(vertx, options), config, metrics);
    }

    private static Verdict take(AttemptCounts process, Budget budget) {
        return process.take(List.of(budget));
    }

    private static String key() {
        return "ghee:limit:{app_test}:" + UUID.randomUUID();
    }
}
