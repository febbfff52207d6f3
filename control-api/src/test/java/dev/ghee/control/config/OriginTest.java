package dev.ghee.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000, http://localhost:3000",
        "https://Example.COM/, https://example.com",
        "https://a.test:443, https://a.test",
        "http://a.test:80, http://a.test",
        "http://[::1]:8080, http://[::1]:8080",
    })
    void isWrittenAsBrowsersSendIt(String given, String origin) {
        assertThat(Origin.parse(given)).hasToString(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "a.test",
                "ftp://a.test",
                "mailto:a@b.test",
                "https://a.test/x",
                "https://a.test?x",
                "https://a.test#x",
                "https://u@a.test",
                "https://",
                "http:///x",
                "null",
                "https://a b.test"
            })
    void refusesWhatIsNoOrigin(String given) {
        assertThatThrownBy(() -> Origin.parse(given)).isInstanceOf(IllegalArgumentException.class);
    }
}
