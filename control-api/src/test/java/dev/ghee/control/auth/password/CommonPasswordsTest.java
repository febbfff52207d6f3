package dev.ghee.control.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.control.auth.policy.PasswordPolicy.Common;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommonPasswordsTest {
    private final CommonPasswords passwords = new CommonPasswords();

    @Test
    void theCommonestAreKnownHoweverTheyAreCapitalised() {
        for (String password : List.of("password", "PassWord", "123456", "qwerty", "monk3y")) {
            assertThat(passwords.contains(password, Common.EXACT)).as(password).isTrue();
            assertThat(passwords.contains(password, Common.OFF)).as(password).isFalse();
        }
        assertThat(passwords.contains("Password1!", Common.EXACT)).isFalse();
    }

    @Test
    void decorationHidesNoneOfThemWhereVariantsAreRefused() {
        for (String password :
                List.of("Password1!", "P@ssw0rd2024!", "!!Qwerty99", "Dr@g0n123!", "Monkey#7", "L3tme1n!")) {
            assertThat(passwords.contains(password, Common.VARIANTS))
                    .as(password)
                    .isTrue();
        }
    }

    @Test
    void othersPass() {
        for (String password : List.of("Correct-Horse-7", "x9$Kv!pQ2z", "Пароль-Длинный-7", "", "!!!", "Aa1!")) {
            assertThat(passwords.contains(password, Common.VARIANTS))
                    .as(password)
                    .isFalse();
        }
    }
}
