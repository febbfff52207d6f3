package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeConfigTest {
    @Test
    void absentSettingsHaveDefaults() throws IOException {
        EdgeConfig config = EdgeConfig.parse("""
                {"routes":"routes.yaml","backends":{"control-api":"http://127.0.0.1:1234"}}""");
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(4000);
        assertThat(config.trustedProxies()).isEmpty();
        assertThat(config.eventLoops()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aServiceHasOneAddressOrAList() throws IOException {
        EdgeConfig config = EdgeConfig.parse("""
                {"routes":"r","backends":{"a":"http://127.0.0.1:1","b":["http://127.0.0.1:2","http://127.0.0.1:3"]}}""");
        assertThat(config.backends()).containsEntry("a", List.of(URI.create("http://127.0.0.1:1")));
        assertThat(config.backends().get("b")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"routes\":\"r\",\"backends\":{\"a\":\"https://127.0.0.1:1\"}}",
                "{\"routes\":\"r\",\"backends\":{\"a\":\"http://127.0.0.1\"}}",
                "{\"routes\":\"r\",\"backends\":{\"a\":[]}}",
                "{\"routes\":\"r\",\"backends\":{},\"prot\":1}"
            })
    void refusesToStartOnAMistake(String json) {
        assertThatThrownBy(() -> EdgeConfig.parse(json))
                .isInstanceOfAny(IllegalArgumentException.class, IOException.class);
    }
}
