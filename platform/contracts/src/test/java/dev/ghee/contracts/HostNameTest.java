package dev.ghee.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    @ParameterizedTest
    @CsvSource({
        "shop.example.com, shop.example.com",
        "SHOP.Example.COM, shop.example.com",
        "shop.example.com:8443, shop.example.com",
        "shop.example.com:, shop.example.com",
        "shop.example.com., shop.example.com",
        "shop.example.com.:4000, shop.example.com",
        "xn--mnchen-3ya.example, xn--mnchen-3ya.example",
        "my_shop.example.com, my_shop.example.com",
        "127.0.0.1:4000, 127.0.0.1",
        "[::1]:4000, [::1]",
        "[FE80::1], [fe80::1]",
        "localhost, localhost"
    })
    void everySpellingOfAHostIsOneName(String header, String name) {
        assertThat(HostName.ofHeader(header)).isEqualTo(new HostName(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":80",
                ".example.com",
                "a..b",
                "a.b..",
                "a b",
                "a,b",
                "a.b:80:80",
                "a.b:http",
                "a.b:123456",
                "münchen.example",
                "a@b.example",
                "a.b/c",
                "a.b?c",
                "::1",
                "[::1",
                "[::1]x",
                "[evil.example]",
                "a\u0000.example",
                "a.exam\u212Aple"
            })
    void whatNamesNoHostIsNone(String header) {
        assertThat(HostName.ofHeader(header)).isNull();
    }

    @Test
    void labelsAndNamesHaveALength() {
        assertThat(HostName.ofHeader("a".repeat(63) + ".example")).isNotNull();
        assertThat(HostName.ofHeader("a".repeat(64) + ".example")).isNull();
        assertThat(HostName.ofHeader("a.".repeat(126) + "b")).isNotNull();
        assertThat(HostName.ofHeader("a.".repeat(127) + "b")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.localhost, true",
        "shop.example.com, true",
        "localhost, false",
        "control-api, false",
        "127.0.0.1, false",
        "10.1, false",
        "a.0x7f, false",
        "[::1], false"
    })
    void addressesAndNamesOfMachinesAreNoSites(String name, boolean maybe) {
        assertThat(new HostName(name).mayBeASites()).isEqualTo(maybe);
    }

    @Test
    void theApisNamesAreThePublicUrlsAndTheConfiguredOnes() {
        var api = ApiHosts.of("https://API.example.com:8443/base", List.of("api.internal.example", " "));
        assertThat(api.contains(new HostName("api.example.com"))).isTrue();
        assertThat(api.contains(new HostName("api.internal.example"))).isTrue();
        assertThat(api.contains(new HostName("localhost"))).isTrue();
        assertThat(api.contains(new HostName("127.0.0.1"))).isTrue();
        assertThat(api.contains(new HostName("shop.api.example.com"))).isFalse();
        assertThatThrownBy(() -> ApiHosts.of("http://127.0.0.1", List.of("not a name")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"a.example, true", "b.a.example, true", "ba.example, false", "example, false"})
    void liesWithinADomainLabelByLabel(String name, boolean within) {
        assertThat(new HostName(name).isWithin(new HostName("a.example"))).isEqualTo(within);
    }
}
