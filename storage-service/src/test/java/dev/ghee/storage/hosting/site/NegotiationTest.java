package dev.ghee.storage.hosting.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NegotiationTest {
    private static final SiteFile FILE =
            SiteFile.of("a.js", Framework.STATIC, "k", "a".repeat(64), new SiteFile.Lengths(100, 50, 40));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd | BROTLI",
                "gzip | GZIP",
                "br;q=0, gzip | GZIP",
                "br;q=0.000, gzip;q=0 | PLAIN",
                "BR | BROTLI",
                "* | BROTLI",
                "*;q=0 | PLAIN",
                "identity | PLAIN",
                "brotli, gzipped | PLAIN",
                "'' | PLAIN"
            })
    void theSmallestAcceptedFormIsSent(String header, SiteFile.Form form) {
        assertThat(AcceptedForms.of(header).best(FILE)).isEqualTo(form);
    }

    @Test
    void aFormThatThereIsNotIsNotSent() {
        SiteFile plain = SiteFile.of("a.png", Framework.STATIC, "k", "a".repeat(64), new SiteFile.Lengths(100, 0, 0));

        assertThat(AcceptedForms.of("br, gzip").best(plain)).isEqualTo(SiteFile.Form.PLAIN);
    }

    @Test
    void anyFormOfTheSameContentIsKnownAgain() {
        assertThat(FILE.isNamedIn(List.of(FILE.tag(SiteFile.Form.GZIP)))).isTrue();
        assertThat(FILE.isNamedIn(List.of("W/" + FILE.tag(SiteFile.Form.PLAIN))))
                .isTrue();
        assertThat(FILE.isNamedIn(List.of("\"b\"", " * "))).isTrue();
        assertThat(FILE.isNamedIn(List.of("\"bbbb\""))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, 0 9",
        "bytes=90-, 90 99",
        "bytes=-10, 90 99",
        "bytes=-1000, 0 99",
        "bytes=50-1000, 50 99",
        "bytes=100-, no",
        "bytes=-0, no",
        "bytes=9-0, all",
        "bytes=-, all",
        "bytes=a-b, all",
        "'bytes=0-1,5-6', all",
        "items=0-1, all",
        "bytes=0-99999999999999999999, all"
    })
    void readsRanges(String header, String meaning) {
        String read = switch (ByteRange.of(header, 100)) {
            case ByteRange.Part(long first, long last) -> first + " " + last;
            case ByteRange.Unsatisfiable() -> "no";
            case ByteRange.Whole() -> "all";
        };
        assertThat(read).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource({
        "a/index.html, text/html; charset=utf-8",
        "A.JS, text/javascript; charset=utf-8",
        "x.wasm, application/wasm",
        "x.woff2, font/woff2",
        "a.b/c, application/octet-stream",
        "x.svg, image/svg+xml"
    })
    void knowsMediaTypes(String path, String type) {
        assertThat(MediaTypes.of(path)).isEqualTo(type);
    }
}
