package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An app's mail in its own words, through its own server. */
@QuarkusTest
@WithTestResource(StackResource.class)
class AppMailIT {
    private static final String MAIL = "/v1/{app}/config/mail";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    @BeforeEach
    void create() {
        app = TestApp.create();
    }

    @Test
    void codesGoOutInTheAppsWordsThroughItsServer() {
        put(
                        "/templates/verify_email",
                        Map.of(
                                "subject", "Welcome, {email}",
                                "text", "Hello {email}\n\nCode: {code}\n{#if expires}Good for {expires}{/if}",
                                "html", "<p>Hello {email}</p><b>{code}</b>"))
                .then()
                .statusCode(200);
        server("localhost").then().statusCode(200).body("from", equalTo("hello@app.example"));
        String email = "o&b-" + UUID.randomUUID() + "@example.com";

        app.signUp(email);

        String mail = TestApp.mailed(email, "Welcome, o&b", "(?s)(.+)");
        assertThat(mail)
                .contains("From: hello@app.example")
                .contains("text/html")
                .contains("<p>Hello o&amp;b-")
                .contains("Hello o&b-")
                .contains("Good for 24 hours");
        app.post("verify-email", Map.of("email", email, "code", TestApp.mailedCode(email, "Welcome")))
                .then()
                .statusCode(200);
        post("/test", Map.of("to", email)).then().statusCode(200);
        TestApp.mailed(email, "Test mail", "(works)");
        TestApp.owner()
                .get(MAIL, app.id)
                .then()
                .statusCode(200)
                .body("smtp.host", equalTo("localhost"))
                .body("templates.verify_email.subject", equalTo("Welcome, {email}"));
        TestApp.owner().delete(MAIL + "/templates/verify_email", app.id).then().statusCode(200);
        String other = TestApp.address();
        app.signUp(other);
        TestApp.mailedCode(other, "Verify");
    }

    @Test
    void templatesSeeTheirVariablesAndNothingElse() {
        for (String bad : List.of(
                "",
                "{password}",
                "{token}",
                "{code.length}",
                "{code.raw}",
                "{app.getClass}",
                "{app.toString()}",
                "{#for i in 1000000000}x{/for}",
                "{#each code}x{/each}",
                "{#include base /}",
                "{#let x=code}{x}{/let}",
                "{#if code.isEmpty()}x{/if}",
                "{#if}",
                "{inject:config}",
                "{cdi:mailer}",
                "{config:'ghee.encryption-key'}",
                "{#if code}".repeat(200) + "{/if}".repeat(200),
                "x".repeat(70_000))) {
            put("/templates/verify_email", Map.of("subject", "x", "text", bad))
                    .then()
                    .statusCode(400);
            put("/templates/verify_email", Map.of("subject", "x", "text", "x", "html", bad))
                    .then()
                    .statusCode(400)
                    .body("error.details[0].path", equalTo("html"));
        }
        put("/templates/other", Map.of("subject", "x", "text", "x")).then().statusCode(404);
        for (Object body : List.of("[]", "7", "{}", "{\"subject\":{}}", "{\"subject\":\"a\\u0000\",\"text\":\"x\"}")) {
            put("/templates/verify_email", body).then().statusCode(400);
        }
    }

    @Test
    void noServerInThePlatformsNetworkIsReached() {
        for (String host : List.of("127.0.0.2", "169.254.169.254", "0.0.0.0")) {
            server(host).then().statusCode(200);
            post("/test", Map.of("to", TestApp.address()))
                    .then()
                    .statusCode(502)
                    .body("error.message", containsString("no public address"));
        }
        for (Object body : List.of(
                "{}",
                "[]",
                Map.of("host", "a b", "port", 25, "from", "a@b.example"),
                Map.of("host", "mail.example", "port", 0, "from", "a@b.example"),
                Map.of("host", "mail.example", "port", 1e300, "from", "a@b.example"),
                Map.of("host", "mail.example", "port", 25, "from", "a@b.example\r\nBcc: x@y.example"),
                Map.of("host", "mail.example", "port", 25, "from", "a@b.example", "username", "u"),
                Map.of(
                        "host",
                        "mail.example",
                        "port",
                        25,
                        "from",
                        "a@b.example",
                        "security",
                        "none",
                        "username",
                        "u",
                        "password",
                        "p"))) {
            put("/smtp", body).then().statusCode(400);
        }
        put(
                        "/smtp",
                        Map.of(
                                "host",
                                "mail.example",
                                "port",
                                587,
                                "from",
                                "a@b.example",
                                "username",
                                "u",
                                "password",
                                "p4ss"))
                .then()
                .statusCode(200)
                .body("security", equalTo("starttls"))
                .body("password", nullValue())
                .body("sealed_secret", nullValue());
        given().get(MAIL, app.id).then().statusCode(403);
    }

    @Test
    void aServerThatFailsIsToldToTheAppAndTheMailIsTriedAgain() {
        put("/smtp", Map.of("host", "localhost", "port", 1, "security", "none", "from", "hello@app.example"))
                .then()
                .statusCode(200);
        String email = TestApp.address();
        app.signUp(email);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(TestApp.owner()
                                .queryParam("event_type", "auth.mail_failed")
                                .get("/v1/{app}/audit-logs", app.id)
                                .<List<String>>path("logs.error_message"))
                        .containsExactly("no connection, no TLS or no answer in time"));
        TestApp.owner().delete(MAIL + "/smtp", app.id).then().statusCode(200);

        TestApp.mailedCode(email, "Verify");
    }

    private Response server(String host) {
        return put(
                "/smtp",
                Map.of(
                        "host",
                        host,
                        "port",
                        Integer.parseInt(Api.config("quarkus.mailer.port")),
                        "security",
                        "none",
                        "from",
                        "hello@app.example"));
    }

    private Response put(String route, Object body) {
        return TestApp.owner().contentType(ContentType.JSON).body(body).put(MAIL + route, app.id);
    }

    private Response post(String route, Object body) {
        return TestApp.owner().contentType(ContentType.JSON).body(body).post(MAIL + route, app.id);
    }
}
