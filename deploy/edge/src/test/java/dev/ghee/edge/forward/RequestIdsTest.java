package dev.ghee.edge.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0195b2f0-7c3e-7d4a-9f00-1234567890ab", "req_1.2-3"})
    void keepsAHarmlessId(String id) {
        assertThat(RequestIds.isHarmless(id)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\nb", "{\"a\":1}", "é", "$(x)"})
    void replacesAnIdThatLogsCouldChokeOn(String id) {
        assertThat(RequestIds.isHarmless(id)).isFalse();
    }

    @Test
    void replacesAnOverlongId() {
        assertThat(RequestIds.isHarmless("a".repeat(129))).isFalse();
    }
}
