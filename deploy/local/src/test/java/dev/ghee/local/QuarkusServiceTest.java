package dev.ghee.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class QuarkusServiceTest {
    @Test
    void valuesAreNotReadAsExpressions() {
        assertThat(QuarkusService.propertiesText(Map.of("token", "a${b}\\c"))).contains("token=a\\\\${b}\\\\c");
    }
}
