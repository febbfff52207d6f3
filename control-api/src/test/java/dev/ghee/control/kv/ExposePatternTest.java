package dev.ghee.control.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.GheeException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExposePatternTest {
    private static final KvCaller.User ANN = new KvCaller.User("ann", "editor");

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, ab, false",
        "*, a, true",
        "*, a/b, true",
        "*, a:b, false",
        "a:*, a:b, true",
        "a:*, 'a:', false",
        "a:*, a:b:c, false",
        "a:**, a:b:c, true",
        "a:**, 'a:', true",
        "**, x:y, true",
        "*:b, a:b, true",
        "**b, a:bb, true",
        "**b**, ac, false",
        "u:{user.id}:x, u:anybody:x, true",
        "u:{user.id}:x, u:a:b:x, false"
    })
    void coversKeys(String pattern, String key, boolean covered) {
        assertThat(ExposePattern.parse(pattern).covers(key)).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "u:{user.id}, u:ann, true",
        "u:{user.id}, u:bob, false",
        "u:{user.id}, u:ann2, false",
        "{user.role}:{user.id}:*, editor:ann:1, true",
        "{user.role}:{user.id}:*, admin:ann:1, false"
    })
    void knowsWhoseAKeyIs(String pattern, String key, boolean owned) {
        assertThat(ExposePattern.parse(pattern).isOf(ANN, key)).isEqualTo(owned);
    }

    @Test
    void nobodyOwnsByARoleThatTheyDoNotHave() {
        assertThat(ExposePattern.parse("{user.role}:{user.id}").isOf(new KvCaller.User("ann", ""), ":ann"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{", "{user.id", "{user.name}", "}", "ä", "a\0"})
    void refusesWhatNoKeyCouldMatch(String pattern) {
        assertThatThrownBy(() -> ExposePattern.parse(pattern)).isInstanceOf(GheeException.class);
    }

    @Test
    void costsLittleWhateverThePattern() {
        ExposePattern pattern = ExposePattern.parse("**a".repeat(170));
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(pattern.covers("a".repeat(169) + "b".repeat(300)))
                        .isFalse());
    }
}
