package dev.ghee.control.auth.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {
    @ParameterizedTest
    @CsvSource({
        "a@b.example, a@b.example",
        "'  Ada.Lovelace+x@Mail.Example.COM ', ada.lovelace+x@mail.example.com",
        "o'neil@b.example, o'neil@b.example",
        "a@xn--bcher-kva.example, a@xn--bcher-kva.example"
    })
    void oneMailboxHasOneSpelling(String text, String expected) {
        assertThat(Email.parse(text)).contains(new Email(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "@b.example",
                "a@",
                "a@b",
                "a@@b.example",
                "a b@c.example",
                "a@b..example",
                "a@-b.example",
                "a@b-.example",
                ".a@b.example",
                "a.@b.example",
                "a..b@c.example",
                "a@b.example\r\nBcc: x@y.example",
                "a\n@b.example",
                "a@b.example\u0000",
                "<a@b.example>",
                "a@b.example,c@d.example",
                "ä@b.example",
                "a@[127.0.0.1]",
                "a@127.0.0.1",
                "\"a\"@b.example"
            })
    void refusesWhatIsNoPlainAddress(String text) {
        assertThat(Email.parse(text)).isEmpty();
    }

    @Test
    void lengthsAreBounded() {
        assertThat(Email.parse("a".repeat(64) + "@b.example")).isPresent();
        assertThat(Email.parse("a".repeat(65) + "@b.example")).isEmpty();
        assertThat(Email.parse("a@" + "b.".repeat(130) + "example")).isEmpty();
    }

    @Test
    void hostileTextCostsNoTime() {
        long start = System.nanoTime();

        Email.parse("a@" + "a".repeat(62) + ".a-".repeat(60) + "!");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
}
