package dev.ghee.control.auth.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptWindowsTest {
    private static final Duration LENGTH = Duration.ofMinutes(15);

    private final AtomicLong nanos = new AtomicLong(1);
    private final AttemptWindows windows = new AttemptWindows(LENGTH, nanos::get);

    @Test
    void theCallBeyondTheLimitIsToldHowLongToWait() {
        assertThat(windows.take("a", 2)).isZero();
        pass(Duration.ofMinutes(5));
        assertThat(windows.take("a", 2)).isZero();

        assertThat(windows.take("a", 2)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void refusedCallsDoNotKeepTheWindowOpen() {
        windows.take("a", 1);
        for (int i = 0; i < 14; i++) {
            pass(Duration.ofMinutes(1));
            assertThat(windows.take("a", 1)).isPositive();
        }
        pass(Duration.ofMinutes(2));

        assertThat(windows.take("a", 1)).isZero();
    }

    @Test
    void keysDoNotShare() {
        windows.take("a", 1);

        assertThat(windows.take("b", 1)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "2001:db8:1:2:3:4:5:6, 20010db800010002",
        "[2001:db8:1:2::9], 20010db800010002",
        "::ffff:10.1.2.3, 10.1.2.3",
        "'', ''",
        "nonsense, nonsense",
        "no:address, no:address"
    })
    void anAddressCountsWithItsBlock(String address, String block) {
        assertThat(AddressBlock.of(address)).isEqualTo(block);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
