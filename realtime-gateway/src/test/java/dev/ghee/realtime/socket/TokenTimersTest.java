package dev.ghee.realtime.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenTimersTest {
    private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void theWarningComesAMinuteBeforeTheEnd() {
        assertThat(TokenTimers.warningTime(ISSUED, ISSUED.plusSeconds(900))).isEqualTo(ISSUED.plusSeconds(840));
        assertThat(TokenTimers.warningTime(ISSUED, ISSUED.plusSeconds(61))).isEqualTo(ISSUED.plusSeconds(1));
    }

    @Test
    void orInTheMiddleOfAShortLife() {
        assertThat(TokenTimers.warningTime(ISSUED, ISSUED.plusSeconds(60))).isEqualTo(ISSUED.plusSeconds(30));
        assertThat(TokenTimers.warningTime(ISSUED, ISSUED.plusSeconds(4))).isEqualTo(ISSUED.plusSeconds(2));
    }
}
