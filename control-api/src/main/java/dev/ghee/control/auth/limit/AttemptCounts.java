package dev.ghee.control.auth.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.errors.GheeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Redis;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Counts in Valkey, for all processes together, and beside that in this process, which alone decides while Valkey does
 * not answer: an outage neither opens the limits nor closes the routes. Each call that was counted by this process alone
 * adds to {@code ghee.auth.limits.unshared}. Waits: call from a virtual thread.
 */
@ApplicationScoped
class AttemptCounts {
    private static final Logger LOG = Logger.getLogger(AttemptCounts.class);

    private final SharedWindows shared;
    private final AttemptWindows local;
    private final Cache<String, Boolean> localMarks;
    private final Duration patience;
    private final Duration pause;
    private final Counter unshared;
    /** {@link System#nanoTime()} before which Valkey is not asked again; 0 while it answers. */
    private final AtomicLong awayUntil = new AtomicLong();

    AttemptCounts(Redis valkey, EndUserAuthConfig config, MeterRegistry metrics) {
        EndUserAuthConfig.Limit limit = config.limit();
        this.shared = new SharedWindows(valkey, limit.window());
        this.local = new AttemptWindows(limit.window(), Ticker.systemTicker());
        this.localMarks = Caffeine.newBuilder()
                .maximumSize(AttemptWindows.MAX_KEYS)
                .expireAfterWrite(limit.knownAddress())
                .build();
        this.patience = limit.sharedPatience();
        this.pause = limit.sharedPause();
        this.unshared = metrics.counter("ghee.auth.limits.unshared");
    }

    /** Counts a call under each key in turn, until one is over its limit. */
    Verdict take(List<Budget> budgets) {
        Verdict alone = takeLocally(budgets);
        return ask(() -> shared.take(budgets), alone);
    }

    /** Remembers the key for that long. */
    void mark(String key, Duration life) {
        localMarks.put(key, true);
        ask(() -> shared.mark(key, life).replaceWith(true), true);
    }

    /** Whether the key is remembered. */
    boolean marked(String key) {
        return localMarks.getIfPresent(key) != null || ask(() -> shared.marked(key), false);
    }

    private Verdict takeLocally(List<Budget> budgets) {
        for (int i = 0; i < budgets.size(); i++) {
            Duration wait = local.take(budgets.get(i).key(), budgets.get(i).limit());
            if (wait.isPositive()) {
                return new Verdict(i, wait);
            }
        }
        return Verdict.WITHIN;
    }

    private <T> T ask(Supplier<Uni<T>> question, T otherwise) {
        long until = awayUntil.get();
        if (until != 0 && System.nanoTime() - until < 0) {
            unshared.increment();
            return otherwise;
        }
        try {
            T answer =
                    Waiting.on(() -> question.get().ifNoItem().after(patience).fail());
            if (until != 0 && awayUntil.compareAndSet(until, 0)) {
                LOG.info("Valkey answers again: sign-in limits are shared by all processes");
            }
            return answer;
        } catch (GheeException e) {
            if (awayUntil.getAndSet((System.nanoTime() + pause.toNanos()) | 1) == 0) {
                LOG.warnf(
                        "Valkey does not answer: sign-in limits are counted by this process alone: cause=%s",
                        e.getCause() == null ? e.code() : e.getCause());
            }
            unshared.increment();
            return otherwise;
        }
    }
}
