package dev.ghee.control.secret;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortCodeTest {
    @Test
    void whatIsShownIsReadBack() {
        for (int i = 0; i < 1000; i++) {
            ShortCode code = ShortCode.random();
            assertThat(code.shown()).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
            assertThat(ShortCode.parse(code.shown())).contains(code);
            assertThat(code.toString()).doesNotContain(code.letters());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BCDFGHJK", "bcdf-ghjk", " bcdf ghjk ", "B-C-D-F-G-H-J-K", "bcdf\tghjk"})
    void caseAndSeparatorsDoNotMatter(String typed) {
        assertThat(ShortCode.parse(typed)).contains(new ShortCode("BCDFGHJK"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "BCDFGHJ", "BCDFGHJKL", "ACDFGHJK", "BCDFGHJ1", "BCDF_GHJK", "ıIıIıIıI", "\0", "ßßßß"})
    void anythingElseIsNone(String typed) {
        assertThat(ShortCode.parse(typed)).isEmpty();
        assertThat(ShortCode.parse(typed + " ".repeat(40))).isEmpty();
    }
}
