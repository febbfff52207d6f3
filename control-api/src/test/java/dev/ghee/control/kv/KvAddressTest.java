package dev.ghee.control.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.GheeException;
import dev.ghee.kv.KvKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvAddressTest {
    private static KvAddress parse(String method, String rest) {
        return KvAddress.parse("/v1/app_000000000000/kv/" + rest, method).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, a, a, ''", "GET, a/ttl, a, ttl", "GET, a/b/exists, a/b, exists", "POST, a/incr, a, incr",
        "GET, incr, incr, ''", "GET, a%2Fb, a/b, ''", "POST, a%2Fb/cas, a/b, cas", "GET, a+b, , "
    })
    void knowsKeysFromOperations(String method, String rest, String key, String operation) {
        if (key == null) {
            assertThatThrownBy(() -> parse(method, rest)).isInstanceOf(GheeException.class);
        } else {
            assertThat(parse(method, rest)).isEqualTo(new KvAddress.OfKey(new KvKey(key), operation));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%2", "%zz", "%ff", "%ED%A0%80", "%00", "", "_x", "_expose%2Fa", "a%2Fincr"})
    void refusesWhatNoKeyIs(String rest) {
        assertThatThrownBy(() -> parse("GET", rest)).isInstanceOf(GheeException.class);
    }

    @Test
    void readsPatternsDecodedOnce() {
        assertThat(parse("PUT", "_expose/a%2F%2A%252A")).isEqualTo(new KvAddress.RuleOf("a/*%2A"));
    }

    @Test
    void leavesOtherPathsAlone() {
        assertThat(KvAddress.parse("/v1/app_000000000000/kvx/a", "GET")).isEmpty();
        assertThat(KvAddress.parse("/v1/kv", "GET")).isEmpty();
    }
}
