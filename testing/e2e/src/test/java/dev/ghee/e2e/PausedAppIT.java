package dev.ghee.e2e;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.e2e.TestApp.User;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PausedAppIT {
    private static TestApp app;
    private static User user;

    @BeforeAll
    static void build() {
        app = TestApp.create("paused").withNotes();
        user = app.signUp("ann");
    }

    private static void pause(boolean paused) {
        app.asOwner()
                .body(Map.of("paused", paused, "reason", "holiday"))
                .patch(app.path("/config/pause"))
                .then()
                .statusCode(200);
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(100));
    }

    @Test
    void answers503UntilItIsResumed() {
        app.as(user).get(app.path("/notes")).then().statusCode(200);
        pause(true);
        soon().untilAsserted(() -> app.as(user)
                .get(app.path("/notes"))
                .then()
                .statusCode(503)
                .header("Retry-After", "60")
                .body("error.code", equalTo("APP_PAUSED")));
        pause(false);
        soon().untilAsserted(() -> app.as(user).get(app.path("/notes")).then().statusCode(200));
    }
}
