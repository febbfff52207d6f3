package dev.ghee.service.traffic;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls per key in the running minute. Forgets everything when the next one begins. Safe for any thread. */
final class MinuteCounters {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();

    private final Clock clock;
    private volatile Window current;

    MinuteCounters(Clock clock) {
        this.clock = clock;
        this.current = new Window(clock.millis() / MINUTE);
    }

    /**
     * @param calls in this minute, this one included
     * @param millisLeft until the next minute begins
     */
    record Count(int calls, long millisLeft) {}

    private record Key(String app, String route) {}

    private record Window(long minute, Map<Key, AtomicInteger> calls) {
        Window(long minute) {
            this(minute, new ConcurrentHashMap<>());
        }
    }

    Count count(String app, String route) {
        long now = clock.millis();
        int calls = window(now / MINUTE)
                .calls()
                .computeIfAbsent(new Key(app, route), _ -> new AtomicInteger())
                .incrementAndGet();
        return new Count(calls, MINUTE - now % MINUTE);
    }

    private Window window(long minute) {
        Window seen = current;
        return seen.minute() >= minute ? seen : next(minute);
    }

    private synchronized Window next(long minute) {
        if (current.minute() < minute) {
            current = new Window(minute);
        }
        return current;
    }
}
