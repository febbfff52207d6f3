package dev.ghee.local;

import java.time.Duration;

/**
 * How long to wait before the next restart of a component: doubles with each death, starts over once the component
 * stayed up for a while.
 *
 * @param deaths in a row
 */
record BackOff(int deaths) {
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration SETTLED = Duration.ofSeconds(30);

    static BackOff fresh() {
        return new BackOff(0);
    }

    /** The state after a death of a component that had been up for this long. */
    BackOff afterDeath(Duration uptime) {
        return new BackOff(uptime.compareTo(SETTLED) >= 0 ? 1 : deaths + 1);
    }

    /** Zero before the first death. */
    Duration delay() {
        if (deaths == 0) {
            return Duration.ZERO;
        }
        int doublings = Math.min(deaths - 1, 16);
        Duration delay = FIRST.multipliedBy(1L << doublings);
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
