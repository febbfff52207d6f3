package dev.ghee.control.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.ApiHosts;
import dev.ghee.contracts.HostName;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomHostnameTest {
    private static final HostName BASE = new HostName("sites.ghee.dev");
    private static final ApiHosts API = ApiHosts.of("https://api.ghee.dev", List.of("api.other.com"));

    @ParameterizedTest
    @CsvSource({
        "www.example.com, www.example.com",
        "example.com, example.com",
        "WWW.Example.COM., www.example.com",
        "' shop.example.co.uk ', shop.example.co.uk",
        "münchen.example.com, xn--mnchen-3ya.example.com",
        "xn--mnchen-3ya.example.com, xn--mnchen-3ya.example.com",
        "me.github.io, me.github.io",
        "www.api.ghee.dev, www.api.ghee.dev"
    })
    void aNameThatSomebodyCanOwnIsTaken(String text, String name) {
        assertThat(CustomHostname.parse(text, BASE, API).name()).isEqualTo(new HostName(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sites.ghee.dev",
                "shop.sites.ghee.dev",
                "a.b.sites.ghee.dev",
                "SHOP.SITES.GHEE.DEV.",
                "ghee.dev",
                "api.ghee.dev",
                "api.other.com",
                "localhost",
                "a.localhost",
                "127.0.0.1",
                "127.1",
                "0x7f.1",
                "2130706433",
                "::1",
                "[::1]",
                "169.254.169.254",
                "com",
                "co.uk",
                "github.io",
                "intranet",
                "db.internal",
                "printer.local",
                "a.test",
                "a.example",
                "1.0.0.127.in-addr.arpa",
                "abcdefghij.onion",
                "*.example.com",
                "-a.example.com",
                "a-.example.com",
                "a_b.example.com",
                "a..example.com",
                "example.com:80",
                "http://example.com",
                "example.com/x",
                "user@example.com",
                "a b.example.com",
                "a\u0000.example.com",
                "a\ud800.example.com",
                "straße.example.com",
                ".",
                " "
            })
    void aNameThatNobodyCanOwnOrThatIsOursIsRefused(String text) {
        assertThatThrownBy(() -> CustomHostname.parse(text, BASE, API))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DOMAIN_HOSTNAME_REFUSED));
    }
}
