package dev.ghee.functions.function;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.functions.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is refused changes nothing, so all of it shares two apps. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadRequestIT {
    private static final String HELLO = "export async function handler(req: Request) { return new Response('hello'); }";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private TestApp app;
    private TestApp other;

    @BeforeEach
    void makeApps() throws SQLException {
        if (app != null) {
            return;
        }
        other = new TestApp(apps, keys);
        app = new TestApp(apps, keys);
        app.sending(Map.of("name", "hello", "code", HELLO))
                .post(app.path("/functions"))
                .then()
                .statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "7",
                "null",
                "{\"name\":\"x\"}",
                "{\"name\":7,\"code\":\"CODE\",\"description\":[]}",
                "{\"name\":\"\",\"code\":\"CODE\"}",
                "{\"name\":\"a/b\",\"code\":\"CODE\"}",
                "{\"name\":\"a\\u0000\",\"code\":\"CODE\"}",
                "{\"name\":\"x\",\"code\":\"no such thing\"}",
                "{\"name\":\"x\",\"code\":\"export const other = 1 // handler\"}",
                "{\"name\":\"x\",\"code\":\"\\ud800 export handler\"}",
                "{\"name\":\"x\",\"code\":\"CODE import './other.ts'\"}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"files\":{\"a.ts\":\"\"}}",
                "{\"name\":\"x\",\"files\":{}}",
                "{\"name\":\"x\",\"files\":{\"a.ts\":null},\"entry\":\"a.ts\"}",
                "{\"name\":\"x\",\"files\":{\"../a.ts\":\"\"},\"entry\":\"../a.ts\"}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"timeoutMs\":0}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"timeoutMs\":300001}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"timeoutMs\":1e400}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"timeoutMs\":99999999999999999999}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"memoryLimitMb\":63}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"memoryLimitMb\":1025}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"envVars\":{\"butterbase_X\":\"1\"}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"envVars\":{\"A B\":\"1\"}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"envVars\":{\"A\\u0000\":\"1\"}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"envVars\":{\"A\":null}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"envVars\":[1]}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"triggers\":[null]}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"triggers\":[{}]}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"triggers\":[{\"type\":\"telepathy\"}]}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"triggers\":[{\"type\":\"http\"},{\"type\":\"http\"}]}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"http\",\"config\":[]}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"http\",\"config\":{\"auth\":\"some\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"http\",\"config\":{\"path\":\"\\u0000\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"cron\"}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"cron\",\"config\":{\"schedule\":\"* * *\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"cron\",\"config\":{\"schedule\":\"61 * * * *\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"cron\",\"config\":{\"schedule\":\"* * * * *\",\"timezone\":\"Mars\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"webhook\",\"config\":{\"provider\":\"github\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"webhook\",\"config\":{\"provider\":\"github\",\"secret\":\"***\"}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"trigger\":{\"type\":\"webhook\",\"config\":{\"provider\":\"custom\",\"secret\":\"s\",\"tolerance_seconds\":-1}}}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"agent_tool_mode\":\"write_only\"}",
                "{\"name\":\"x\",\"code\":\"CODE\",\"agent_tool\":{}}",
                "{\"name\":\"x\",\"code\":\"CODE\"",
                "\u0000"
            })
    void refusesWhatDoesNotFit(String body) {
        app.sending(body.replace("CODE", "export function handler() {}"))
                .post(app.path("/functions"))
                .then()
                .statusCode(400)
                .body("error.remediation", not(nullValue()));
        app.request().get(app.path("/functions")).then().body("functions.name", contains("hello"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATCH /functions/hello/env {}",
                "PATCH /functions/hello/env {\"envVars\":{\"BUTTERBASE_X\":\"1\"}}",
                "PATCH /functions/hello/env {\"envVars\":{\"A\":{}}}",
                "PATCH /functions/hello/env {\"envVars\":{\"A\":\"\\u0000\"}}",
                "PATCH /functions/none/env {\"envVars\":{\"A\":\"1\"}}",
                "PATCH /functions/%00/env {\"envVars\":{\"A\":\"1\"}}",
                "PATCH /functions/hello/settings {}",
                "PATCH /functions/hello/settings {\"allow_as_service\":\"perhaps\"}",
                "POST /functions/hello/rollback {}",
                "POST /functions/hello/rollback {\"version\":\"x\"}",
                "POST /functions/hello/rollback {\"version\":99999999999}",
                "POST /functions/%00/rollback {\"version\":1}",
                "PATCH /env {\"envVars\":7}",
                "PATCH /env {\"envVars\":{\"butterBase_a\":\"\"}}",
                "GET /functions/%00 ",
                "GET /functions/%F0%9F%98%80 ",
                "GET /functions/%00/versions ",
                "GET /functions/none/metrics ",
                "GET /functions/none/logs ",
                "GET /functions/%00/logs/stream ",
                "GET /functions/none/logs/stream ",
                "GET /functions/hello/logs?limit=0 ",
                "GET /functions/hello/logs?limit=1e9 ",
                "GET /functions/hello/logs?since=yesterday ",
                "GET /functions/hello/logs?since=+999999999-01-01T00:00:00Z ",
                "GET /functions/hello/logs?level=%00 "
            })
    void answersBadRequestsWithAFourHundred(String line) {
        String[] parts = line.split(" ", 3);
        var request = parts[2].isEmpty() ? app.request() : app.sending(parts[2]);

        request.urlEncodingEnabled(false)
                .request(parts[0], app.path(parts[1]))
                .then()
                .statusCode(allOf(greaterThanOrEqualTo(400), lessThan(500)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /functions",
                "POST /functions",
                "GET /functions/hello",
                "DELETE /functions/hello",
                "PATCH /functions/hello/env",
                "PATCH /functions/hello/settings",
                "GET /functions/hello/versions",
                "POST /functions/hello/rollback",
                "GET /functions/hello/metrics",
                "GET /functions/hello/logs",
                "GET /functions/hello/logs/stream",
                "GET /env",
                "PATCH /env"
            })
    void anAppOfOthersDoesNotExist(String line) {
        String[] parts = line.split(" ", 2);
        Map<String, Object> body = Map.of(
                "name", "hello", "code", HELLO, "envVars", Map.of("A", "1"), "version", 1, "allow_as_service", true);

        var request = parts[0].equals("GET") ? other.request() : other.sending(body);
        request.request(parts[0], app.path(parts[1]))
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        RestAssured.given()
                .headers(parts[0].equals("GET") ? Map.of() : Map.of("Content-Type", "application/json"))
                .body(parts[0].equals("GET") ? "" : "{}")
                .request(parts[0], app.path(parts[1]))
                .then()
                .statusCode(401);
    }
}
