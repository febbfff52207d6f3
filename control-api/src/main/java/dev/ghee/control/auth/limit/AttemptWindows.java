package dev.ghee.control.auth.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts calls per key in windows that open with a key's first call. Of this process only; bounded, so with more keys
 * than {@link #MAX_KEYS} the ones least used are forgotten.
 */
final class AttemptWindows {
    static final int MAX_KEYS = 200_000;

    private final Ticker ticker;
    private final Duration length;
    private final Cache<String, Window> windows;

    AttemptWindows(Duration length, Ticker ticker) {
        this.length = length;
        this.ticker = ticker;
        this.windows = Caffeine.newBuilder()
                .ticker(ticker)
                .expireAfterWrite(length)
                .maximumSize(MAX_KEYS)
                .build();
    }

    private record Window(long openedNanos, AtomicInteger calls) {}

    /** Counts a call. Zero when it is within the limit; else how long until the window closes. */
    Duration take(String key, int limit) {
        Window window = windows.get(key, _ -> new Window(ticker.read(), new AtomicInteger()));
        if (window.calls().incrementAndGet() <= limit) {
            return Duration.ZERO;
        }
        // A flood must not wrap the counter around to free calls.
        window.calls().updateAndGet(calls -> Math.min(calls, limit + 1));
        Duration left = length.minusNanos(ticker.read() - window.openedNanos());
        return left.isPositive() ? left : Duration.ofSeconds(1);
    }
}
