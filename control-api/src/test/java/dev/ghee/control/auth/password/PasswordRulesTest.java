package dev.ghee.control.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"Abcdef1!", "Ünïcöde-9x", "Пароль-123", "A1! aaaaa", "Aa1€aaaa"})
    void acceptsWhatHasEverything(String password) {
        assertThat(PasswordRules.violations(password)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Abcde1!, at least 8",
        "abcdefg1!, uppercase",
        "ABCDEFG1!, lowercase",
        "Abcdefgh!, digit",
        "Abcdefgh1, special",
        "Abcdefg 1, special"
    })
    void namesTheOneRuleThatIsBroken(String password, String rule) {
        assertThat(PasswordRules.violations(password))
                .singleElement()
                .asString()
                .contains(rule);
    }

    @Test
    void namesAllBrokenRules() {
        assertThat(PasswordRules.violations("")).hasSize(5);
    }

    @Test
    void countsCharactersNotBytes() {
        assertThat(PasswordRules.violations("Aa1!" + "😀".repeat(252))).isEmpty();
        assertThat(PasswordRules.violations("Aa1!" + "x".repeat(253)))
                .singleElement()
                .asString()
                .contains("at most 256");
    }
}
