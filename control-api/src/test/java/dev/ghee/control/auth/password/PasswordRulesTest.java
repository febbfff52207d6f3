package dev.ghee.control.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.control.auth.policy.PasswordPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
    @ParameterizedTest
    @ValueSource(strings = {"Abcdef1!", "Ünïcöde-9x", "Пароль-123", "A1! aaaaa", "Aa1€aaaa"})
    void acceptsWhatHasEverything(String password) {
        assertThat(PasswordRules.violations(password, PasswordPolicy.DEFAULT)).isEmpty();
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
        assertThat(PasswordRules.violations(password, PasswordPolicy.DEFAULT))
                .singleElement()
                .asString()
                .contains(rule);
    }

    @Test
    void namesAllBrokenRules() {
        assertThat(PasswordRules.violations("", PasswordPolicy.DEFAULT)).hasSize(5);
    }

    @Test
    void countsCharactersNotBytes() {
        assertThat(PasswordRules.violations("Aa1!" + "😀".repeat(252), PasswordPolicy.DEFAULT))
                .isEmpty();
        assertThat(PasswordRules.violations("Aa1!" + "x".repeat(253), PasswordPolicy.DEFAULT))
                .singleElement()
                .asString()
                .contains("at most 256");
    }

    @Test
    void anAppMayAskForLengthInsteadOfKinds() {
        var policy = new PasswordPolicy(12, false, false, false, false, PasswordPolicy.Common.OFF, false);

        assertThat(PasswordRules.violations("horse battery", policy)).isEmpty();
        assertThat(PasswordRules.violations("Horse-7", policy))
                .containsExactly("Password must have at least 12 characters");
    }
}
