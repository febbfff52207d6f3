package dev.ghee.service.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class MinuteCountersTest {
    private static final String ROUTE = "GET v1/:table";

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:50Z"));
    private final MinuteCounters counters = new MinuteCounters(clock);

    @Test
    void callsOfOneAppAndRouteAddUp() {
        counters.count("a", ROUTE);
        assertThat(counters.count("a", ROUTE)).isEqualTo(new MinuteCounters.Count(2, 10_000));
    }

    @Test
    void appsAndRoutesCountApart() {
        counters.count("a", ROUTE);
        assertThat(counters.count("b", ROUTE).calls()).isEqualTo(1);
        assertThat(counters.count("a", "POST v1/:table").calls()).isEqualTo(1);
    }

    @Test
    void aNewMinuteStartsFromZero() {
        counters.count("a", ROUTE);
        clock.now = Instant.parse("2026-01-01T00:01:00Z");
        assertThat(counters.count("a", ROUTE)).isEqualTo(new MinuteCounters.Count(1, 60_000));
    }

    @Test
    void aClockThatJumpsBackKeepsCounting() {
        counters.count("a", ROUTE);
        clock.now = Instant.parse("2025-12-31T23:00:00Z");
        assertThat(counters.count("a", ROUTE).calls()).isEqualTo(2);
    }

    private static final class SetClock extends Clock {
        private Instant now;

        SetClock(Instant now) {
            this.now = now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
