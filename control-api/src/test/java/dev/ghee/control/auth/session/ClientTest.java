package dev.ghee.control.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 | Firefox on Linux
            Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 | Chrome on Windows
            Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0 | Edge on Windows
            Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18.0 Safari/605 | Safari on macOS
            Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile Safari/604 | Safari on iPhone
            Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 | Chrome on Android
            curl/8.5.0 | curl
            okhttp/5.1 my app | okhttp
            """)
    void saysInShortWhatTheHeaderSays(String userAgent, String device) {
        assertThat(Client.of("192.0.2.1", userAgent).device()).isEqualTo(device);
    }

    @Test
    void nothingIsKnownOfAClientThatSaysNothing() {
        assertThat(Client.of("", null).device()).isNull();
        assertThat(Client.of("", " ").device()).isNull();
        assertThat(Client.of("", "\u0000\u00ff").device()).isNull();
    }

    @Test
    void whateverIsSentIsShortAndPrintable() {
        assertThat(Client.of("a".repeat(500), "x".repeat(100_000)).device()).hasSizeLessThan(100);
        assertThat(Client.of("a".repeat(500), null).address()).hasSizeLessThan(100);
        assertThat(Client.of("", "<b>\u0007é/1").device()).isEqualTo("<b>");
    }
}
