package dev.ghee.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
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
                .isEqualTo(new Arguments.Up(Path.of("/somewhere/.ghee"), 4000, ReplicaCounts.ONE_EACH));
    }

    @Test
    void homeAndPortComeFromTheEnvironment() {
        assertThat(Arguments.parse(List.of("up"), Map.of("GHEE_HOME", "/other", "GHEE_PORT", "4100"), FOLDER))
                .isEqualTo(new Arguments.Up(Path.of("/other"), 4100, ReplicaCounts.ONE_EACH));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "-1", "4000x", "99999999999"})
    void refusesWhatIsNoPort(String port) {
        assertThatThrownBy(() -> Arguments.parse(List.of("up"), Map.of("GHEE_PORT", port), FOLDER))
                .isInstanceOf(Arguments.UsageException.class)
                .hasMessageContaining(port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"up --replicas realtime-gateway=2", "up --replicas=realtime-gateway=2"})
    void upTakesReplicas(String line) {
        var up = (Arguments.Up) Arguments.parse(List.of(line.split(" ")), Map.of(), FOLDER);
        assertThat(up.replicas().names("realtime-gateway")).containsExactly("realtime-gateway", "realtime-gateway-2");
        assertThat(up.replicas().names("control-api")).containsExactly("control-api");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--replicas control-api=2",
                "--replicas kafka=2",
                "--replicas realtime-gateway=0",
                "--replicas realtime-gateway=9",
                "--replicas realtime-gateway",
                "--replicas =2",
                "--replicas",
                "--port 3"
            })
    void refusesReplicasThatCannotBe(String rest) {
        List<String> words = new ArrayList<>(List.of("up"));
        words.addAll(List.of(rest.split(" ")));
        assertThatThrownBy(() -> Arguments.parse(words, Map.of(), FOLDER)).isInstanceOf(Arguments.UsageException.class);
    }

    @Test
    void saysWhatMayBeScaled() {
        assertThatThrownBy(() -> Arguments.parse(List.of("up", "--replicas", "control-api=2"), Map.of(), FOLDER))
                .hasMessageContaining("only one control-api")
                .hasMessageContaining("realtime-gateway");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sideways", "up down", "down --replicas=realtime-gateway=2", ""})
    void refusesCommandsItDoesNotKnow(String line) {
        List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
        assertThatThrownBy(() -> Arguments.parse(words, Map.of(), FOLDER)).isInstanceOf(Arguments.UsageException.class);
    }
}
