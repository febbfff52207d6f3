package dev.ghee.control.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtSettingsTest {
    @ParameterizedTest
    @CsvSource({"30s, PT30S", "15m, PT15M", "2h, PT2H", "30d, PT720H"})
    void readsTheUnit(String ttl, Duration lifetime) {
        assertThat(new JwtSettings(ttl, 7).accessTokenLifetime()).isEqualTo(lifetime);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "15", "15 m", "-1m", "0s", "31d", "9999999999d", "15M"})
    void refusesWhatIsNoLifetime(String ttl) {
        assertThatThrownBy(() -> new JwtSettings(ttl, 7)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesRefreshTokensThatLiveForeverOrNotAtAll() {
        assertThatThrownBy(() -> new JwtSettings("1h", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new JwtSettings("1h", 3651)).isInstanceOf(IllegalArgumentException.class);
    }
}
