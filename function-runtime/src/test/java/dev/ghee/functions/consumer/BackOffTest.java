package dev.ghee.functions.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {
    private final BackOff backOff = new BackOff(Duration.ofSeconds(2), Duration.ofMinutes(15));
    private final Random random = new Random(20261121);

    @Test
    void doublesAndSpreads() {
        for (int i = 0; i < 100; i++) {
            assertThat(backOff.after(1, random)).isBetween(Duration.ofMillis(1600), Duration.ofMillis(2400));
            assertThat(backOff.after(3, random)).isBetween(Duration.ofMillis(6400), Duration.ofMillis(9600));
        }
    }

    @Test
    void endsAtTheLongest() {
        assertThat(backOff.after(1000, random)).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
    }
}
