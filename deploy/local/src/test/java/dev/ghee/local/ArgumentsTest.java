package dev.ghee.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    private static final Path FOLDER = Path.of("/somewhere");

    @Test
    void upDefaultsToPort4000InTheCheckout() {
        assertThat(Arguments.parse(List.of("up"), Map.of(), FOLDER))
                .isEqualTo(new Arguments.Up(Path.of("/somewhere/.ghee"), 4000));
    }

    @Test
    void homeAndPortComeFromTheEnvironment() {
        assertThat(Arguments.parse(List.of("up"), Map.of("GHEE_HOME", "/other", "GHEE_PORT", "4100"), FOLDER))
                .isEqualTo(new Arguments.Up(Path.of("/other"), 4100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "4000x", "99999999999"})
    void refusesWhatIsNoPort(String port) {
        assertThatThrownBy(() -> Arguments.parse(List.of("up"), Map.of("GHEE_PORT", port), FOLDER))
                .isInstanceOf(Arguments.UsageException.class)
                .hasMessageContaining(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sideways", "up down", ""})
    void refusesCommandsItDoesNotKnow(String line) {
        List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
        assertThatThrownBy(() -> Arguments.parse(words, Map.of(), FOLDER)).isInstanceOf(Arguments.UsageException.class);
    }
}
