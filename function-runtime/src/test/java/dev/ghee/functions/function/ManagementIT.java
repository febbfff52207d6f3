package dev.ghee.functions.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
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
                .containsEntry("C", "shared");
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
