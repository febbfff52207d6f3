package dev.ghee.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackOffTest {
    @Test
    void doublesWithEachDeathInARow() {
        BackOff once = BackOff.fresh().afterDeath(Duration.ZERO);
        assertThat(once.delay()).isEqualTo(Duration.ofMillis(250));
        assertThat(once.afterDeath(Duration.ofSeconds(1)).delay()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void neverWaitsLongerThanHalfAMinute() {
        assertThat(new BackOff(Integer.MAX_VALUE).delay()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void startsOverOnceTheComponentStayedUp() {
        assertThat(new BackOff(9).afterDeath(Duration.ofMinutes(2)).delay()).isEqualTo(Duration.ofMillis(250));
    }
}
