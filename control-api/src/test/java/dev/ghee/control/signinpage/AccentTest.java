package dev.ghee.control.signinpage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccentTest {
    @ParameterizedTest
    @CsvSource({
        "#000000, #ffffff",
        "#ffffff, #000000",
        "#ffff00, #000000",
        "#0000ff, #ffffff",
        "#b00020, #ffffff",
        "#8ab4f8, #000000"
    })
    void textOnTheColourCanBeRead(String color, String text) {
        assertThat(Accent.css(color)).contains("background: " + color, "; color: " + text);
    }

    @Test
    void whatIsNoColourChangesNothing() {
        assertThat(Accent.css(null)).isEmpty();
        assertThat(Accent.css("red; } body { display: none")).isEmpty();
    }
}
