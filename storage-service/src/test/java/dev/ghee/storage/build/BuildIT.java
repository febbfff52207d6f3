package dev.ghee.storage.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.ghee.storage.TestApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sources uploaded, built and published; their programs are real ones in real sandboxes. */
@QuarkusTest
@WithTestResource(StackResource.class)
class BuildIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String HASH = "0123456789abcdef";
    private static final String LOCK = "{\"name\":\"x\",\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"x\"}}}";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private TestApp app;

    @BeforeEach
    void makeApp() throws Exception {
        app = new TestApp(apps, keys);
    }

    private String path(String rest) {
        return app.path("/frontend/deployments" + rest);
    }

    private record Upload(String id, String url) {}

    private Upload create() {
        var created = app.sending("{}")
                .post(path("/from-source"))
                .then()
                .statusCode(201)
                .body("max_source_bytes", is(52_428_800))
                .extract()
                .jsonPath();
        assertThat(created.getString("build_id")).isNotEmpty();
        return new Upload(created.getString("deployment_id"), created.getString("upload_url"));
    }

    private static void put(Upload upload, Map<String, String> files) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("package-lock.json", LOCK));
        all.putAll(files);
        var answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(upload.url()))
                        .header("Content-Type", "application/zip")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(Zips.of(all)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private void start(Upload upload, Map<String, ?> body) {
        Map<String, Object> all = new HashMap<>(Map.of("lockfileHash", HASH));
        all.putAll(body);
        app.sending(all)
                .post(path("/from-source/" + upload.id() + "/start"))
                .then()
                .statusCode(202)
                .body("status", equalTo("BUILDING"))
                .body("build_id", equalTo(upload.id()));
    }

    /** What runs is {@code script}, a line of the shell. */
    private Upload building(String script) throws Exception {
        Upload upload = create();
        put(upload, Map.of("package.json", "{\"name\":\"x\"}"));
        start(upload, Map.of("buildCommand", script));
        return upload;
    }

    private String ended(Upload upload) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .until(
                        () -> app.request().get(path("/" + upload.id())).path("status"),
                        List.of("READY", "ERROR", "CANCELED")::contains);
    }

    private String error(Upload upload) {
        assertThat(ended(upload)).isEqualTo("ERROR");
        return app.request().get(path("/" + upload.id())).path("error");
    }

    private String log(Upload upload, int offset) {
        return app.request()
                .get(path("/from-source/" + upload.id() + "/logs?offset=" + offset))
                .then()
                .statusCode(200)
                .contentType("text/event-stream")
                .extract()
                .asString();
    }

    @Test
    void buildsPublishesAndTellsItsOutput() throws Exception {
        app.sending(Map.of("GREETING", "of the app", "OTHER", "of the app too"))
                .put(app.path("/frontend/env"))
                .then()
                .statusCode(200);
        Upload upload = create();
        put(
                upload,
                Map.of(
                        "package.json",
                        "{\"name\":\"x\",\"scripts\":{\"build\":\"node build.mjs\"}}",
                        "build.mjs",
                        "import fs from 'node:fs'; fs.mkdirSync('public');"
                                + "fs.writeFileSync('public/index.html', `${process.env.GREETING}, ${process.env.OTHER}`);"
                                + "console.log('built it');"));
        start(upload, Map.of("outputDir", "./public/", "userEnv", Map.of("GREETING", "of this build")));

        String log = log(upload, 0);
        assertThat(ended(upload)).isEqualTo("READY");

        assertThat(log)
                .contains("data: $ npm ci\n\n", "data: $ npm run build\n\n", "data: built it\n\n")
                .endsWith("event: done\ndata: end\n\n");
        assertThat(log(upload, 1)).doesNotContain("data: $ npm ci\n\n").contains("data: built it\n\n");
        app.request()
                .get(path("/" + upload.id()))
                .then()
                .body("fileCount", is(1))
                .body("buildConfig.outputDir", equalTo("public"));
        assertThat(app.query("SELECT count(*) FROM ghee.site_contents WHERE size_bytes = length("
                        + "'of this build, of the app too')"))
                .containsExactly("1");
    }

    @Test
    void tellsWhyABuildFails() throws Exception {
        Upload upload = building("echo before; echo wrong >&2; exit 7");

        assertThat(error(upload)).contains("exit code 7");
        assertThat(log(upload, 0)).contains("data: before\n\n", "data: wrong\n\n", "data: The build failed");
    }

    @Test
    void publishesNothingButFilesOfTheProject() throws Exception {
        List<Upload> uploads = new ArrayList<>();
        for (String script : List.of(
                "ln -s /etc dist",
                "mkdir dist; echo hi >dist/index.html; ln -s /etc/passwd dist/passwd",
                "mkdir dist; echo hi >dist/index.html; mkfifo dist/pipe",
                "mkdir dist",
                "true")) {
            uploads.add(building(script));
        }

        for (Upload upload : uploads) {
            assertThat(error(upload)).isNotEmpty();
        }
        assertThat(app.query("SELECT count(*) FROM ghee.deployment_files")).containsExactly("0");
    }

    @Test
    void keepsAnEndOfOutputThatHasNone() throws Exception {
        Upload upload = building("yes 'the same line again' | head -c 12M; mkdir dist; echo hi >dist/index.html");

        assertThat(ended(upload)).isEqualTo("READY");
        assertThat(app.query("SELECT count(*) < 60000 AND sum(length(text)) < 5000000 FROM ghee.build_logs"))
                .containsExactly("t");
        assertThat(app.query("SELECT text FROM ghee.build_logs ORDER BY line DESC LIMIT 2"))
                .contains("The build prints more than is kept; the rest is dropped");
    }

    @Test
    void endsWithItsDeployment() throws Exception {
        String mark = "7" + ThreadLocalRandom.current().nextInt(100_000, 999_999);
        Upload upload = building("echo running; sleep " + mark);
        await().atMost(PATIENCE).until(() -> running(mark));

        app.request().post(path("/" + upload.id() + "/cancel")).then().statusCode(200);

        await().atMost(PATIENCE).until(() -> !running(mark));
        assertThat(ended(upload)).isEqualTo("CANCELED");
    }

    private static boolean running(String mark) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").contains("sleep " + mark));
    }

    /** As after kill -9 of the process that builds: nobody renews the lease. */
    @Test
    void endsInErrorWhenItsProcessIsGone() throws Exception {
        Upload upload = create();
        app.query("UPDATE ghee.deployments SET status = 'BUILDING', lease_until = now() - interval '1 second'");

        assertThat(error(upload)).contains("interrupted");
        assertThat(log(upload, 0)).endsWith("event: done\ndata: end\n\n");
    }

    @Test
    void installsTheSameDependenciesOnce() throws Exception {
        Map<String, String> project = Map.of(
                "package.json",
                "{\"name\":\"x\",\"dependencies\":{\"own\":\"file:own\"}}",
                "own/package.json",
                "{\"name\":\"own\",\"version\":\"1.0.0\"}",
                "own/index.js",
                "module.exports = 'installed';",
                "package-lock.json",
                "{\"name\":\"x\",\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"x\",\"dependencies\":{\"own\":"
                        + "\"file:own\"}},\"node_modules/own\":{\"resolved\":\"own\",\"link\":true},\"own\":{\"version\":"
                        + "\"1.0.0\"}},\"x\":\"" + UUID.randomUUID() + "\"}");
        String script = "mkdir dist; node -p \"require('own')\" | tee dist/index.html";
        for (String expected : List.of("$ npm ci", "Dependencies: as installed for an earlier build")) {
            Upload upload = create();
            put(upload, project);
            start(upload, Map.of("buildCommand", script));

            assertThat(ended(upload)).isEqualTo("READY");
            assertThat(log(upload, 0)).contains("data: " + expected, "data: installed\n\n");
        }
    }

    @Test
    void refusesToStartWhatWasNotUploadedOrIsNotThere() throws Exception {
        Upload upload = create();
        var body = Map.of("lockfileHash", HASH);

        app.sending(body)
                .post(path("/from-source/" + upload.id() + "/start"))
                .then()
                .statusCode(409)
                .body("error.code", equalTo("STATE_PREREQUISITE_MISSING"));
        app.sending(body)
                .post(path("/from-source/" + UUID.randomUUID() + "/start"))
                .then()
                .statusCode(404);
        app.request().get(path("/from-source/x/logs")).then().statusCode(404);
        app.request()
                .get(path("/from-source/" + upload.id() + "/logs?offset=-1"))
                .then()
                .statusCode(400);

        TestApp other = new TestApp(apps, keys);
        other.request()
                .get(path("/from-source/" + upload.id() + "/logs"))
                .then()
                .statusCode(404);
        RestAssured.given()
                .contentType("application/json")
                .body("{}")
                .post(path("/from-source"))
                .then()
                .statusCode(401);
        app.request().get(path("")).then().body("deployments.id", hasItem(upload.id()));
    }

    @Test
    void refusesABadRequest() {
        Upload upload = create();

        for (String body : List.of(
                "{}",
                "[]",
                "1",
                "{\"lockfileHash\":\"xyz\"}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"outputDir\":\"../..\"}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"packageManager\":\"bun\"}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"buildCommand\":\"a\\u0000b\"}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"buildCommand\":{}}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"userEnv\":[]}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"userEnv\":{\"A B\":\"x\"}}",
                "{\"lockfileHash\":\"0123456789abcdef\",\"userEnv\":{\"A\":null}}")) {
            app.sending(body)
                    .post(path("/from-source/" + upload.id() + "/start"))
                    .then()
                    .statusCode(400);
        }
    }
}
