package dev.ghee.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvSpace.Life;
import dev.ghee.testkit.LocalStack;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KvStoreIT {
    private static final KvLimits WIDE = new KvLimits(0, 100_000, 10_000_000, 1000);
    private static final KvKey KEY = new KvKey("key");

    private final Vertx vertx = Vertx.vertx();
    private final Redis valkey = Redis.createClient(
            vertx,
            new RedisOptions()
                    .setConnectionString(
                            LocalStack.shared().endpoints().get("valkey").get("url"))
                    .setMaxPoolSize(32)
                    .setMaxWaitingHandlers(8192));
    private final KvStore store = store();

    @AfterAll
    void close() {
        done(vertx.close());
    }

    /** As another process would have it. */
    private KvStore store() {
        KvConfig config = new Defaults();
        return new KvStore(new StoreScript(new ValkeyLanes(vertx, valkey, config)), config);
    }

    @Test
    void aThousandIncrementsAtOnceLoseNone() {
        AppId app = app();
        KvSpace one = store.of(app, WIDE);
        KvSpace other = store().of(app, WIDE);

        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 1000).forEach(i -> callers.execute(() -> done((i % 2 == 0 ? one : other).add(KEY, 1))));
        }

        assertThat(done(one.get(KEY, false))).contains(Buffer.buffer("1000"));
    }

    @Test
    void whatIsSetIsReadUntilItEnds() {
        KvSpace space = store.of(app(), WIDE);
        done(space.set(KEY, Buffer.buffer("{\"a\":1}"), Duration.ofSeconds(1)));
        assertThat(done(space.get(KEY, false))).contains(Buffer.buffer("{\"a\":1}"));
        assertThat(left(space)).isBetween(Duration.ZERO, Duration.ofSeconds(1));

        await().untilAsserted(() -> assertThat(done(space.get(KEY, false))).isEmpty());

        assertThat(done(space.life(KEY))).isInstanceOf(Life.NoKey.class);
        assertThat(done(space.stats()))
                .extracting(KvStats::keys, KvStats::bytes)
                .containsExactly(0L, 0L);
    }

    @Test
    void touchingRenewsTheLifetimeThatTheKeyWasGiven() {
        KvSpace space = store.of(app(), WIDE);
        done(space.set(KEY, Buffer.buffer("1"), Duration.ofSeconds(60)));
        await().until(() -> left(space).toMillis() < 59_900);

        done(space.get(KEY, true));

        assertThat(left(space)).isGreaterThan(Duration.ofMillis(59_900));
    }

    @Test
    void aSwapComparesWhatIsMeantAndEndsTheLifetime() {
        KvSpace space = store.of(app(), WIDE);
        assertThat(done(space.compareAndSet(KEY, Buffer.buffer("null"), Buffer.buffer("1"))))
                .isFalse();
        done(space.set(KEY, Buffer.buffer("{\"a\":1,\"b\":2}"), Duration.ofHours(1)));

        assertThat(done(space.compareAndSet(KEY, Buffer.buffer("{\"a\":2}"), Buffer.buffer("1"))))
                .isFalse();
        assertThat(done(space.compareAndSet(KEY, Buffer.buffer("{\"b\":2.0,\"a\":1}"), Buffer.buffer("\"new\""))))
                .isTrue();

        assertThat(done(space.get(KEY, false))).contains(Buffer.buffer("\"new\""));
        assertThat(done(space.life(KEY))).isInstanceOf(Life.Unlimited.class);
    }

    @Test
    void onlyOneOfManySwapsWins() {
        KvSpace space = store.of(app(), WIDE);
        done(space.set(KEY, Buffer.buffer("0"), null));

        List<Future<Boolean>> swaps = IntStream.rangeClosed(1, 50)
                .mapToObj(i -> space.compareAndSet(KEY, Buffer.buffer("0"), Buffer.buffer("" + i)))
                .toList();

        assertThat(swaps.stream().map(KvStoreIT::done).filter(won -> won)).hasSize(1);
    }

    @Test
    void countersKeepToIntegersThatJavaScriptCanHold() {
        KvSpace space = store.of(app(), WIDE);
        assertThat(done(space.add(KEY, -5))).isEqualTo(-5);
        done(space.set(KEY, Buffer.buffer("9007199254740990"), null));
        assertThat(done(space.add(KEY, 1))).isEqualTo(9007199254740991L);

        assertThat(refusal(space.add(KEY, 1))).isEqualTo(ErrorCode.KV_WRONG_TYPE);

        assertThat(done(space.get(KEY, false))).contains(Buffer.buffer("9007199254740991"));
        for (String value : List.of("1.5", "\"1\"", "{}", "99999999999999999999")) {
            done(space.set(KEY, Buffer.buffer(value), null));
            assertThat(refusal(space.add(KEY, 1))).isEqualTo(ErrorCode.KV_WRONG_TYPE);
        }
    }

    @Test
    void keysAreLimitedExactlyUnderConcurrency() {
        KvSpace few = store.of(app(), new KvLimits(0, 10, 10_000_000, 1000));

        List<Future<Void>> all = IntStream.range(0, 40)
                .mapToObj(i -> few.set(new KvKey("k" + i), Buffer.buffer("1"), null))
                .toList();

        await().until(() -> all.stream().allMatch(Future::isComplete));
        assertThat(all.stream().filter(Future::succeeded)).hasSize(10);
        assertThat(refusal(few.add(new KvKey("more"), 1))).isEqualTo(ErrorCode.KV_KEYS_EXHAUSTED);
    }

    @Test
    void bytesAreLimitedAndASmallerValueMakesRoom() {
        KvSpace small = store.of(app(), new KvLimits(0, 1000, 100, 1000));
        done(small.set(new KvKey("a"), Buffer.buffer("\"" + "x".repeat(90) + "\""), null));
        assertThat(refusal(small.set(new KvKey("b"), Buffer.buffer("12345678"), null)))
                .isEqualTo(ErrorCode.KV_STORAGE_FULL);

        done(small.set(new KvKey("a"), Buffer.buffer("1"), null));

        done(small.set(new KvKey("b"), Buffer.buffer("12345678"), null));
    }

    @Test
    void whatHasEndedMakesRoomOfItself() {
        KvSpace few = store.of(app(), new KvLimits(0, 3, 10_000_000, 1000));
        IntStream.range(0, 3)
                .forEach(i -> done(few.set(new KvKey("old" + i), Buffer.buffer("1"), Duration.ofMillis(50))));

        await().ignoreExceptions().untilAsserted(() -> done(few.set(new KvKey("new"), Buffer.buffer("1"), null)));

        assertThat(done(few.stats()).keys()).isEqualTo(1);
    }

    @Test
    void operationsPerSecondAreLimitedForAllProcessesTogether() {
        AppId app = app();
        var limits = new KvLimits(20, 1000, 1000, 1000);
        KvSpace one = store.of(app, limits);
        KvSpace other = store().of(app, limits);
        await().untilAsserted(() -> {
            List<Future<Boolean>> calls = IntStream.range(0, 60)
                    .mapToObj(i -> (i % 2 == 0 ? one : other).exists(KEY))
                    .toList();
            // Two seconds at most are touched by what is sent at once.
            assertThat(calls.stream()
                            .map(KvStoreIT::outcome)
                            .filter(GheeException.class::isInstance)
                            .toList())
                    .hasSizeBetween(20, 40);
        });
        assertThat(done(one.withoutRate().exists(KEY))).isFalse();
    }

    @Test
    void pagesThroughAPrefixInOrder() {
        KvSpace space = store.of(app(), WIDE);
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            String key = "user:" + (char) ('a' + i);
            wanted.add(key);
            done(space.set(new KvKey(key), Buffer.buffer("1"), null));
        }
        done(space.set(new KvKey("users"), Buffer.buffer("1"), null));
        done(space.set(new KvKey("other"), Buffer.buffer("1"), null));

        List<String> found = new ArrayList<>();
        String cursor = KvPage.END;
        do {
            KvPage page = done(space.scan("user:", cursor, 10));
            found.addAll(page.keys());
            cursor = page.cursor();
        } while (!cursor.equals(KvPage.END));

        assertThat(found).isEqualTo(wanted);
        assertThat(refusal(space.scan("other", "kdXNlcjph", 10))).isEqualTo(ErrorCode.VALIDATION_INVALID_INPUT);
        assertThat(refusal(space.scan("", "x", 10))).isEqualTo(ErrorCode.VALIDATION_INVALID_INPUT);
    }

    @Test
    void hashesMergeAndSetsCountWhatIsNew() {
        KvSpace space = store.of(app(), WIDE);
        assertThat(done(space.hashPut(KEY, Map.of("a", Buffer.buffer("1"), "b", Buffer.buffer("2")))))
                .isEqualTo(2);
        done(space.hashPut(KEY, Map.of("b", Buffer.buffer("333"))));
        assertThat(done(space.hash(KEY)))
                .hasValueSatisfying(fields -> assertThat(fields)
                        .containsEntry("a", Buffer.buffer("1"))
                        .containsEntry("b", Buffer.buffer("333")));
        assertThat(done(space.stats()).bytes()).isEqualTo(3 + 2 + 4);
        assertThat(refusal(space.get(KEY, false))).isEqualTo(ErrorCode.KV_WRONG_TYPE);

        assertThat(done(space.setAdd(KEY, List.of("x", "y", "x")))).isEqualTo(2);
        assertThat(done(space.setAdd(KEY, List.of("y", "z")))).isEqualTo(1);
        assertThat(done(space.setMembers(KEY)).orElseThrow()).containsExactlyInAnyOrder("x", "y", "z");
        assertThat(done(space.setRemove(KEY, List.of("x", "y", "z", "w")))).isEqualTo(3);
        assertThat(done(space.exists(KEY))).isFalse();
        assertThat(done(space.stats()))
                .extracting(KvStats::keys, KvStats::bytes)
                .containsExactly(0L, 0L);
        assertThat(refusal(space.hashPut(KEY, Map.of("a", Buffer.buffer("x".repeat(1000))))))
                .isEqualTo(ErrorCode.KV_VALUE_TOO_LARGE);
    }

    @Test
    void whoeverWasLetInByOldRulesIsAskedAgain() {
        KvSpace space = store.of(app(), WIDE);
        assertThat(done(space.underRules(KvSpace.NO_RULES).exists(KEY))).isFalse();

        done(space.renewRules("2"));

        assertThatThrownBy(() -> done(space.underRules(KvSpace.NO_RULES).set(KEY, Buffer.buffer("1"), null)))
                .hasCauseInstanceOf(StaleRulesException.class);
        assertThat(done(space.exists(KEY))).isFalse();
        assertThat(done(space.underRules(done(space.rulesVersion())).exists(KEY)))
                .isFalse();
    }

    @Test
    void appsDoNotSeeEachOther() {
        KvSpace one = store.of(app(), WIDE);
        KvSpace other = store.of(app(), WIDE);
        done(one.set(KEY, Buffer.buffer("1"), null));
        done(other.set(KEY, Buffer.buffer("2"), null));

        assertThat(done(one.flush())).isEqualTo(1);

        assertThat(done(one.get(KEY, false))).isEmpty();
        assertThat(done(other.get(KEY, false))).contains(Buffer.buffer("2"));
    }

    @Test
    void aScriptThatValkeyForgotIsSentAgain() {
        KvSpace space = store.of(app(), WIDE);
        done(valkey.send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
        assertThat(done(space.add(KEY, 1))).isEqualTo(1);
    }

    /** Oracle: after any operations the counters say what is there. */
    @Test
    void countersAgreeWithAModelAfterRandomOperations() {
        var random = new Random(Long.getLong("ghee.test.seed", 20261121L));
        KvSpace space = store.of(app(), WIDE);
        Map<String, String> model = new HashMap<>();
        for (int i = 0; i < 1500; i++) {
            String key = "k" + random.nextInt(20);
            var named = new KvKey(key);
            String value = "\"" + "x".repeat(random.nextInt(30)) + "\"";
            Buffer bytes = Buffer.buffer(value);
            Duration ttl = random.nextBoolean() ? null : Duration.ofHours(1);
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    done(space.set(named, bytes, ttl));
                    model.put(key, value);
                }
                case 2 -> assertThat(done(space.delete(named))).isEqualTo(model.remove(key) != null);
                case 3 ->
                    assertThat(done(space.setIfAbsent(named, bytes, ttl)))
                            .isEqualTo(model.putIfAbsent(key, value) == null);
                case 4 -> {
                    String expected = model.getOrDefault(key, "1");
                    if (done(space.compareAndSet(named, Buffer.buffer(expected), bytes))) {
                        model.put(key, value);
                    }
                }
                default -> done(space.expire(named, ttl));
            }
        }

        KvStats stats = done(space.stats());
        assertThat(stats.keys()).isEqualTo(model.size());
        assertThat(stats.bytes())
                .isEqualTo(model.entrySet().stream()
                        .mapToLong(entry ->
                                entry.getKey().length() + entry.getValue().length())
                        .sum());
        assertThat(done(space.scan("", KvPage.END, 1000)).keys())
                .isEqualTo(model.keySet().stream().sorted().collect(Collectors.toList()));
    }

    private static Duration left(KvSpace space) {
        return ((Life.Left) done(space.life(KEY))).left();
    }

    private static AppId app() {
        return new AppId("app_"
                + ThreadLocalRandom.current()
                        .ints(12, 0, 36)
                        .mapToObj(i -> Character.toString("0123456789abcdefghijklmnopqrstuvwxyz".charAt(i)))
                        .collect(Collectors.joining()));
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static Throwable outcome(Future<?> future) {
        try {
            done(future);
            return new IllegalStateException("was done");
        } catch (CompletionException e) {
            return e.getCause();
        }
    }

    private static ErrorCode refusal(Future<?> future) {
        return ((GheeException) outcome(future)).code();
    }

    private static final class Defaults implements KvConfig {
        @Override
        public int maxOpsPerSecond() {
            return 1000;
        }

        @Override
        public long maxKeys() {
            return 1000;
        }

        @Override
        public long maxStorageBytes() {
            return 1_000_000;
        }

        @Override
        public int maxValueBytes() {
            return 1000;
        }

        @Override
        public Duration defaultTtl() {
            return Duration.ofDays(30);
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(10);
        }
    }
}
