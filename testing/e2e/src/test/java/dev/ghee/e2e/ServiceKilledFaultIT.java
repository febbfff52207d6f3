package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ghee.e2e.TestApp.User;
import dev.ghee.local.GheeStack;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service killed with SIGKILL comes back, and clients go on as they do after any error. */
class ServiceKilledFaultIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static TestApp app;
    private static User user;

    @BeforeAll
    static void build() {
        app = TestApp.create("killed").withNotes();
        app.enableRealtime("notes");
        user = app.signUp("ann");
    }

    private static void kill(String service) throws InterruptedException {
        GheeStack stack = app.platform().stack();
        assumeTrue(stack != null, "the platform belongs to somebody else");
        if (stack != null) {
            stack.endpoints().get(service).process().kill();
        }
    }

    private static int status() {
        return app.as(user).get(app.path("/notes?limit=1")).statusCode();
    }

    @Test
    void whileControlApiIsDownTheEdgeSaysSoAndThenServesAgain() throws Exception {
        String before = app.insertNote(user, "before");
        kill("control-api");
        var down = app.as(user).get(app.path("/notes?limit=1"));
        assertThat(down.statusCode()).isIn(502, 503);
        assertThat((String) down.path("error.code")).isEqualTo("EXTERNAL_NETWORK_ERROR");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> status() == 200);
        app.as(user).get(app.path("/notes/" + before)).then().statusCode(200);
    }

    @Test
    void aSocketOfAKilledGatewayBreaksAndANewOneHearsChanges() throws Exception {
        try (var broken = app.connect(user.token()).subscribe("notes")) {
            kill("realtime-gateway");
            broken.closeCode();
        }
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    try (var again = app.connect(user.token()).subscribe("notes")) {
                        String id = app.insertNote(user, "after");
                        again.await(frame -> LiveSocket.isChange(frame, "INSERT", id));
                    }
                });
    }
}
