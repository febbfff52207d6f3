package dev.ghee.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvKeyTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "user:1", "a/b.c-d_e", "incr", "ttl/x", "a//b", "9", "..."})
    void takesWhatCanBeAddressed(String text) {
        assertThat(new KvKey(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "_a", "a b", "ä", "a\0", "a%20", "a?b", "a/incr", "a/ttl", "../a", "a/./b", ".", "a;b", "a@"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> new KvKey(text))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KV_KEY_INVALID));
    }

    @Test
    void endsAt512Characters() {
        assertThat(new KvKey("a".repeat(512)).text()).hasSize(512);
        assertThatThrownBy(() -> new KvKey("a".repeat(513))).isInstanceOf(GheeException.class);
    }
}
