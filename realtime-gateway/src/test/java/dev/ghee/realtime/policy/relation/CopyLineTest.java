package dev.ghee.realtime.policy.relation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CopyLineTest {
    private static byte[] line(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsNullsEmptyTextsAndEscapes() {
        assertThat(CopyLine.values(line("\\N\t\t\\\\N\ta\\tb\\nc\\\\\té\n"), 5))
                .containsExactly(null, "", "\\N", "a\tb\nc\\", "é");
    }

    @Test
    void refusesALineOfAnotherWidth() {
        assertThatThrownBy(() -> CopyLine.values(line("a\n"), 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CopyLine.values(line("a\tb\tc\n"), 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
