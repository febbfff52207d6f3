package dev.ghee.edge.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTest {
    @ParameterizedTest
    @CsvSource({
        "/v1/app/posts?a=b/../c, /v1/app/posts",
        "/v1/app/posts#x, /v1/app/posts",
        "/v1/%69nternal/x, /v1/internal/x",
        "/v1%2Finternal/x, /v1/internal/x",
        "//v1///internal/x, /v1/internal/x",
        "/v1/internal;a=b/x, /v1/internal/x",
        "/v1/internal%3Ba=b/x, /v1/internal/x",
        "/v1/app/a%2520b, /v1/app/a%20b",
        "/v1/app/, /v1/app/",
        "//, /",
        "/v1/app/%C3%BC, /v1/app/ü"
    })
    void decodesAndSimplifies(String target, String canonical) {
        assertThat(RequestPath.canonical(target)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v1",
                "http://host/v1",
                "*",
                "/v1/../internal",
                "/v1/./x",
                "/v1/%2e%2e/x",
                "/v1/..;/x",
                "/v1/x/..",
                "/v1\\internal",
                "/v1/%0a",
                "/v1/%00",
                "/v1/%zz",
                "/v1/%4",
                "/v1/ü"
            })
    void refusesWhatTwoReadersMayReadDifferently(String target) {
        assertThat(RequestPath.canonical(target)).isNull();
    }
}
