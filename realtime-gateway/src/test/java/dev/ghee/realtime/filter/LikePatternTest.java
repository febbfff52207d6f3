package dev.ghee.realtime.filter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikePatternTest {
    private static boolean matches(String pattern, String text, boolean ignoringCase) {
        return LikePattern.parse(pattern, ignoringCase).orElseThrow().matches(text);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '~', textBlock = """
            a, a, true
            a, ab, false
            a%, abc, true
            %c, abc, true
            %b%, abc, true
            %bb%, abc, false
            a_c, abc, true
            a_c, ac, false
            %a%b%c, xaxbxc, true
            %ab, aab, true
            a%b%, ab, true
            \\%, %, true
            \\%, a, false
            \\_x, _x, true
            \\a, a, true
            %%, x, true
            _, 😀, true
            __, 😀, false
            ~~, ~~, true
            %, ~~, true
            _, ~~, false
            A, a, false
            """)
    void matchesAsSqlDoes(String pattern, String text, boolean expected) {
        assertThat(matches(pattern, text, false)).isEqualTo(expected);
    }

    @Test
    void mayIgnoreCase() {
        assertThat(matches("ÄB%", "äbC", true)).isTrue();
        assertThat(matches("äb%", "ÄBC", true)).isTrue();
        assertThat(matches("ss", "ß", true)).isFalse();
    }

    @Test
    void aPatternThatEndsInAnEscapeIsNone() {
        assertThat(LikePattern.parse("a\\", false)).isEmpty();
    }
}
