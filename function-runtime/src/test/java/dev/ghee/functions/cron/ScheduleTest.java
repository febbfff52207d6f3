package dev.ghee.functions.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In Berlin clocks go from 2:00 to 3:00 on 29 March 2026 (1:00 UTC) and from 3:00 to 2:00 on 25 October (1:00 UTC). */
class ScheduleTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> ticks(String expression, String after, int count) {
        var schedule = new Schedule(expression, BERLIN);
        List<String> ticks = new ArrayList<>();
        Instant last = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            last = schedule.next(last).orElseThrow();
            ticks.add(last.toString());
        }
        return ticks;
    }

    @Test
    void goesByTheClockOfTheZone() {
        assertThat(ticks("30 9 * * 1-5", "2026-01-02T08:30:00Z", 2))
                .containsExactly("2026-01-05T08:30:00Z", "2026-01-06T08:30:00Z");
        assertThat(ticks("30 9 * * *", "2026-07-01T00:00:00Z", 1)).containsExactly("2026-07-01T07:30:00Z");
    }

    @Test
    void aSkippedTimeIsMadeUpForAndTheNextDayIsAsEver() {
        assertThat(ticks("30 2 * * *", "2026-03-28T00:00:00Z", 3))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void aSkippedTimeIsMadeUpForAlsoWhenAskedInBetween() {
        assertThat(ticks("30 2 * * *", "2026-03-29T01:10:00Z", 2))
                .containsExactly("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
    }

    @Test
    void aTimeThatComesTwiceCountsOnce() {
        assertThat(ticks("30 2 * * *", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(ticks("30 2 * * *", "2026-10-25T01:05:00Z", 1)).containsExactly("2026-10-26T01:30:00Z");
    }

    @Test
    void whatGoesByElapsedTimeKnowsNoPauseAndNoRepetition() {
        assertThat(ticks("*/30 * * * *", "2026-03-29T00:00:00Z", 4))
                .containsExactly(
                        "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z");
        assertThat(ticks("*/30 * * * *", "2026-10-25T00:00:00Z", 5))
                .containsExactly(
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T01:30:00Z",
                        "2026-10-25T02:00:00Z",
                        "2026-10-25T02:30:00Z");
    }

    @Test
    void findsTheNewestTickThatWasMissed() {
        var schedule = new Schedule("*/5 * * * *", BERLIN);
        Instant now = Instant.parse("2026-05-01T10:07:00Z");
        assertThat(schedule.latest(now, Duration.ofMinutes(30))).contains(Instant.parse("2026-05-01T10:05:00Z"));
        assertThat(schedule.latest(now, Duration.ofMinutes(1))).isEmpty();
        assertThat(schedule.latest(now, Duration.ZERO)).isEmpty();
    }

    @Test
    void everyTickIsLaterThanTheOneBefore() {
        for (String expression : List.of("0,30 2,3 * * *", "15 */2 * * *", "0 2 * * 0", "59 23 31 12 *")) {
            List<String> all = ticks(expression, "2026-01-01T00:00:00Z", 20);
            assertThat(all).as(expression).isSorted().doesNotHaveDuplicates();
        }
    }
}
