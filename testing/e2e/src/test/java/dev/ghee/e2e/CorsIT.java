package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Browsers of other origins are let in by the app that they call, and by no other app's list. */
class CorsIT {
    private static final String ORIGIN = "https://shop.example";
    private static TestApp app;
    private static TestApp other;

    @BeforeAll
    static void build() {
        app = TestApp.create("cors").withNotes();
        other = TestApp.create("nocors").withNotes();
        app.asOwner()
                .body(Map.of("allowed_origins", List.of(ORIGIN)))
                .patch(app.path("/config/cors"))
                .then()
                .statusCode(200);
    }

    private static Response preflight(String path) {
        return app.platform()
                .anonymous()
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "PATCH")
                .header("Access-Control-Request-Headers", "authorization,content-type")
                .options(path);
    }

    @Test
    void anAllowedOriginPassesThePreflight() {
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            Response answer = preflight(app.path("/notes"));
            assertThat(answer.statusCode()).isBetween(200, 204);
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("PATCH");
        });
    }

    @Test
    void anAllowedOriginMayReadTheAnswer() {
        await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
            Response answer = app.asAnybody().header("Origin", ORIGIN).get(app.path("/notes"));
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
        });
    }

    @Test
    void anotherAppsListLetsNobodyIn() {
        assertThat(preflight(other.path("/notes")).header("Access-Control-Allow-Origin"))
                .isNull();
    }

    @Test
    void aStrangerGetsNoCorsHeaders() {
        Response answer =
                app.asAnybody().header("Origin", "https://evil.example").get(app.path("/notes"));
        assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
    }
}
