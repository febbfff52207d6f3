package dev.ghee.service.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteShapeTest {
    private static final String APP = "app_0123456789ab";

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/, /posts, GET v1/:table",
        "GET, /v1/, /posts/, GET v1/:table",
        "GET, /v1/, /comments/7, GET v1/:table/*",
        "PATCH, /v1/, /config/cors, PATCH v1/config/*",
        "POST, /auth/, /login, POST auth/login",
        "MADEUP, /v1/, /posts, OTHER v1/:table",
        "GET, /apps/, /status, GET other/:table",
        "GET, /v1/, '', GET v1/",
    })
    void pathsOfOneRouteLookAlike(String method, String prefix, String rest, String shape) {
        String path = prefix + APP + rest;
        assertThat(RouteShape.of(method, path, prefix.length() + APP.length())).isEqualTo(shape);
    }
}
