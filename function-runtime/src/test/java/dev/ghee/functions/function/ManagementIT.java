package dev.ghee.functions.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.contracts.FunctionsChanged;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.TestApp;
import dev.ghee.functions.audit.EventWriter;
import dev.ghee.functions.engine.FunctionCode;
import dev.ghee.functions.wrapper.Wrapper;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(StackResource.class)
class ManagementIT {
    private static final String HELLO = "export async function handler(req: Request) { return new Response('hello'); }";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    FunctionDirectory functions;

    @Inject
    StoredCode code;

    @Inject
    EventWriter events;

    private TestApp app;

    @BeforeEach
    void makeApp() throws SQLException {
        app = new TestApp(apps, keys);
    }

    private void deploy(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(Map.of("name", "hello", "code", HELLO));
        body.putAll(more);
        app.sending(body).post(app.path("/functions")).then().statusCode(200);
    }

    private DeployedFunction found() {
        return get(functions.find(app.state, "hello")).orElseThrow();
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void deploysAndShowsAFunction() {
        app.sending(Map.of("name", "hello", "code", HELLO, "description", "Says hello"))
                .post(app.path("/functions"))
                .then()
                .statusCode(200)
                .body("name", equalTo("hello"))
                .body("version", equalTo(1))
                .body("url", containsString(app.path("/fn/hello")))
                .body("triggers", contains(Map.of("type", "http", "enabled", true)))
                .body("cacheInvalidation.success", equalTo(true))
                .body("cacheInvalidation.attempts", equalTo(1));

        app.request()
                .get(app.path("/functions"))
                .then()
                .statusCode(200)
                .body("functions", hasSize(1))
                .body("functions[0].name", equalTo("hello"))
                .body("functions[0].status", equalTo("active"))
                .body("functions[0].invocationCount", equalTo(0))
                .body("functions[0].lastInvoked", nullValue())
                .body("functions[0].agent_tool", equalTo(false))
                .body("functions[0].agent_tool_mode", equalTo("read_only"))
                .body("functions[0].allow_service_key_impersonation", equalTo(true))
                .body("functions[0].allow_as_service", equalTo(false));

        app.request()
                .get(app.path("/functions/hello"))
                .then()
                .statusCode(200)
                .body("code", equalTo(HELLO))
                .body("description", equalTo("Says hello"))
                .body("timeoutMs", equalTo(30_000))
                .body("memoryLimitMb", equalTo(128))
                .body("envKeys", empty());
    }

    @Test
    void redeployingKeepsWhatIsLeftOutButTimeoutAndMemory() {
        deploy(Map.of(
                "description",
                "d",
                "timeoutMs",
                1000,
                "memoryLimitMb",
                256,
                "allow_service_key_impersonation",
                false,
                "envVars",
                Map.of("A", "1"),
                "trigger",
                Map.of("type", "http", "config", Map.of("auth", "none"))));

        deploy(Map.of());

        app.request()
                .get(app.path("/functions/hello"))
                .then()
                .body("version", equalTo(2))
                .body("description", equalTo("d"))
                .body("timeoutMs", equalTo(30_000))
                .body("memoryLimitMb", equalTo(128))
                .body("allow_service_key_impersonation", equalTo(false))
                .body("triggers[0].config.auth", equalTo("none"))
                .body("envKeys", contains("A"));
        assertThat(found().trigger(Trigger.Http.class))
                .hasValueSatisfying(http -> assertThat(http.auth()).isEqualTo(Trigger.Auth.NONE));
    }

    @Test
    void aDeploymentIsInForceAtOnceAndUnderAnotherRevision() {
        deploy(Map.of());
        DeployedFunction first = found();

        deploy(Map.of("code", HELLO.replace("hello", "bye")));

        DeployedFunction second = found();
        assertThat(second.version()).isEqualTo(2);
        assertThat(second.revision()).isNotEqualTo(first.revision()).matches("[A-Za-z0-9_-]{1,64}");
        assertThat(get(code.load(app.id, "hello", second.revision())).modules().values())
                .anySatisfy(source -> assertThat(source).contains("'bye'"));
        assertThat(get(code.load(app.id, "hello", first.revision())).modules().values())
                .as("a call that began before")
                .anySatisfy(source -> assertThat(source).contains("'hello'"));
    }

    @Test
    void codeComesWithTheWrapperAndItsEnvironment() throws SQLException {
        deploy(Map.of("envVars", Map.of("A", "mine", "B", "own")));
        app.sending(Map.of("envVars", Map.of("A", "the app's", "C", "shared")))
                .patch(app.path("/env"))
                .then()
                .statusCode(200)
                .body("updatedKeys", contains("A", "C"))
                .body("invalidated.functions", contains("hello"))
                .body("invalidated.count", equalTo(1));

        FunctionCode loaded = get(code.load(app.id, "hello", found().revision()));

        assertThat(loaded.mainModule()).isEqualTo(Wrapper.MAIN_MODULE);
        assertThat(loaded.modules()).containsKeys(Wrapper.FUNCTION_MODULE, "source/index.js");
        assertThat(loaded.env())
                .containsEntry("A", "mine")
                .containsEntry("B", "own")
                .containsEntry("C", "shared")
                .containsEntry("BUTTERBASE_APP_ID", app.id.value());
        assertThat(app.query("SELECT sealed FROM ghee.function_env"))
                .hasSize(4)
                .noneMatch(text -> text.contains("mine") || text.contains("shared"));
        app.request().get(app.path("/env")).then().statusCode(200).body("keys", contains("A", "C"));
    }

    @Test
    void environmentsChangeWithoutADeployment() {
        deploy(Map.of("envVars", Map.of("A", "1", "B", "2")));
        String before = found().revision();
        Map<String, Object> changed = new HashMap<>();
        changed.put("A", null);
        changed.put("C", "3");

        app.sending(Map.of("envVars", changed))
                .patch(app.path("/functions/hello/env"))
                .then()
                .statusCode(200)
                .body("updatedKeys", contains("A", "C"))
                .body("function.name", equalTo("hello"))
                .body("cache_invalidation.success", equalTo(true))
                .body(not(containsString("\"3\"")));

        app.request().get(app.path("/functions/hello")).then().body("envKeys", contains("B", "C"));
        assertThat(found().revision()).isNotEqualTo(before);
    }

    @Test
    void rollsBackAtOnceAndGoesOnFromThere() {
        deploy(Map.of("timeoutMs", 5000));
        deploy(Map.of("code", HELLO.replace("hello", "bye")));

        app.sending(Map.of("version", 1))
                .post(app.path("/functions/hello/rollback"))
                .then()
                .statusCode(200)
                .body("version", equalTo(1));

        assertThat(found().limits().wallTime()).hasMillis(5000);
        app.request()
                .get(app.path("/functions/hello/versions"))
                .then()
                .body("versions.version", contains(2, 1))
                .body("versions.active", contains(false, true));
        app.sending(Map.of("version", 7))
                .post(app.path("/functions/hello/rollback"))
                .then()
                .statusCode(404);
        deploy(Map.of());
        assertThat(found().version()).isEqualTo(3);
    }

    @Test
    void deletingIsAlwaysASuccessAndFreesTheName() {
        deploy(Map.of("envVars", Map.of("A", "1")));
        String first = found().revision();

        for (int i = 0; i < 2; i++) {
            app.request()
                    .delete(app.path("/functions/hello"))
                    .then()
                    .statusCode(200)
                    .body("success", equalTo(true));
        }

        assertThat(get(functions.find(app.state, "hello"))).isEqualTo(Optional.empty());
        app.request().get(app.path("/functions/hello")).then().statusCode(404);
        app.request().get(app.path("/functions/hello/logs")).then().statusCode(404);
        app.request()
                .get(app.path("/functions/hello/logs?include_deleted=true"))
                .then()
                .statusCode(200);
        deploy(Map.of());
        assertThat(found().revision()).isNotEqualTo(first);
        app.request().get(app.path("/functions/hello")).then().body("envKeys", empty());
    }

    @Test
    void aWebhooksSecretIsNeverShownAndMayBeSentBackHidden() throws SQLException {
        deploy(Map.of(
                "triggers",
                List.of(Map.of("type", "webhook", "config", Map.of("provider", "github", "secret", "s3cr3t")))));

        app.request()
                .get(app.path("/functions/hello"))
                .then()
                .body("triggers[0].config.secret", equalTo("***"))
                .body(not(containsString("s3cr3t")));
        assertThat(app.query("SELECT triggers::text FROM ghee.functions"))
                .singleElement()
                .satisfies(stored -> assertThat(stored).doesNotContain("s3cr3t"));
        deploy(Map.of(
                "triggers",
                List.of(Map.of("type", "webhook", "config", Map.of("provider", "github", "secret", "***")))));
        assertThat(found().trigger(Trigger.Webhook.class))
                .hasValueSatisfying(webhook -> assertThat(webhook.secret()).isEqualTo("s3cr3t"));
    }

    @Test
    void hearsWithinASecondWhatAnotherReplicaChanged() throws SQLException {
        deploy(Map.of());
        assertThat(found().allowAsService()).isFalse();
        app.query("UPDATE ghee.functions SET allow_as_service = true");

        // Written as another replica would, past this one's own memory.
        events.write(Topics.FUNCTION_CHANGES, app.id, new FunctionsChanged(app.id, Instant.now()));

        await().atMost(Duration.ofSeconds(1)).until(() -> found().allowAsService());
    }

    @Test
    void settingsChangeWithoutADeployment() {
        deploy(Map.of());

        app.sending(Map.of("allow_service_key_impersonation", false))
                .patch(app.path("/functions/hello/settings"))
                .then()
                .statusCode(200)
                .body("function.allow_service_key_impersonation", equalTo(false))
                .body("cache_invalidation.success", equalTo(true));

        assertThat(found().allowServiceKeyImpersonation()).isFalse();
    }

    @Test
    void deploysSeveralFilesTogether() {
        Map<String, String> files = Map.of(
                "src/index.ts", "import { name } from './name';\nexport default async () => new Response(name);",
                "src/name.ts", "export const name: string = 'Ada';");
        app.sending(Map.of("name", "many", "files", files, "entry", "src/index.ts"))
                .post(app.path("/functions"))
                .then()
                .statusCode(200);

        app.request()
                .get(app.path("/functions/many"))
                .then()
                .body("entry", equalTo("src/index.ts"))
                .body("files", equalTo(files))
                .body("code", containsString("import { name }"));
    }

    @Test
    void namesThePackageThatCannotBeImported() {
        app.sending(Map.of("name", "x", "code", "import z from 'npm:zod@3';\n" + HELLO + " z;"))
                .post(app.path("/functions"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                .body("error.message", containsString("npm:zod@3"))
                .body("error.message", containsString("bundle"))
                .body("error.details.line", equalTo(1));
    }

    @Test
    void saysWhereTheSyntaxIsWrong() {
        app.sending(Map.of("name", "x", "code", "export async function handler(req {\n}"))
                .post(app.path("/functions"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                .body("error.details.line", equalTo(1))
                .body("error.details.path", equalTo("index.ts"));
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
        app.request().get(app.path("/functions")).then().body("functions", empty());
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
        deploy(Map.of());
        String[] parts = line.split(" ", 3);
        var request = parts[2].isEmpty() ? app.request() : app.sending(parts[2]);

        request.urlEncodingEnabled(false)
                .request(parts[0], app.path(parts[1]))
                .then()
                .statusCode(
                        org.hamcrest.Matchers.allOf(org.hamcrest.Matchers.greaterThanOrEqualTo(400), lessThan(500)));
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
    void anAppOfOthersDoesNotExist(String line) throws SQLException {
        var other = new TestApp(apps, keys);
        String[] parts = line.split(" ", 2);
        Map<String, Object> body = Map.of(
                "name", "hello", "code", HELLO, "envVars", Map.of("A", "1"), "version", 1, "allow_as_service", true);

        var request = parts[0].equals("GET") ? other.request() : other.sending(body);
        request.request(parts[0], app.path(parts[1]))
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        io.restassured.RestAssured.given()
                .headers(parts[0].equals("GET") ? Map.of() : Map.of("Content-Type", "application/json"))
                .body(parts[0].equals("GET") ? "" : "{}")
                .request(parts[0], app.path(parts[1]))
                .then()
                .statusCode(401);
    }

    @Test
    void refusesCodeThatIsTooLong() {
        String longer = HELLO + "/" + "*".repeat(1 << 20) + "/";

        app.sending(Map.of("name", "x", "code", longer))
                .post(app.path("/functions"))
                .then()
                .statusCode(400)
                .body("error.message", containsString("longer than"));
    }
}
