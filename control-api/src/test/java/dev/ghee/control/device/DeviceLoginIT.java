package dev.ghee.control.device;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Browser;
import dev.ghee.control.testing.People;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8628: a program without a browser, and somebody who types its code elsewhere. */
@QuarkusTest
@WithTestResource(StackResource.class)
class DeviceLoginIT {
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:device_code";

    @Test
    void aProgramGetsAKeyOnceSomebodyTypedItsCode() throws Exception {
        var person = People.enrol();
        String app = person.api().readyApp();
        Response begun = begin();
        begun.then()
                .statusCode(200)
                .body("user_code", matchesPattern("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}"))
                .body("verification_uri", equalTo(Api.config("ghee.public-url") + "/device"))
                .body("interval", equalTo(5))
                .body("expires_in", equalTo(600));
        String device = begun.path("device_code");
        String code = begun.path("user_code");
        poll(device).then().statusCode(400).body("error", equalTo("authorization_pending"));
        poll(device).then().statusCode(400).body("error", equalTo("slow_down"));
        Browser browser = Browser.of(person);
        Response page = browser.get("/device?user_code=" + code);
        page.then().statusCode(200).body(containsString(code)).header("X-Frame-Options", "DENY");
        Response confirm = browser.post(
                "/device",
                Map.of("form_token", Browser.formToken(page), "user_code", code.toLowerCase(java.util.Locale.ROOT)));
        confirm.then().statusCode(200).body(containsString("The Ghee command line"), containsString("127.0.0.1"));
        poll(device).then().statusCode(400);
        decide(browser, confirm, code, "approve", "").then().statusCode(400).body(containsString("There is a problem"));
        decide(browser, confirm, code, "approve", "app:" + app)
                .then()
                .statusCode(200)
                .body(containsString("Connected"));
        Response token = poll(device);
        token.then().statusCode(200).body("token_type", equalTo("Bearer"), "scope", equalTo("mcp"));
        Api key = new Api(token.path("access_token"));
        key.request().get("/v1/{app}/config", app).then().statusCode(200);
        key.request().get("/api-keys").then().statusCode(403);
        poll(device).then().statusCode(400).body("error", equalTo("invalid_grant"));
        decide(browser, confirm, code, "approve", "app:" + app).then().statusCode(404);
    }

    @Test
    void aNoAndTheEndOfItsTimeAreToldToTheProgram() throws Exception {
        var person = People.enrol();
        Browser browser = Browser.of(person);
        Response denied = begin();
        Response page = browser.get("/device");
        Response confirm = browser.post(
                "/device", Map.of("form_token", Browser.formToken(page), "user_code", denied.path("user_code")));
        decide(browser, confirm, denied.path("user_code"), "deny", "").then().statusCode(200);
        poll(denied.path("device_code")).then().statusCode(400).body("error", equalTo("access_denied"));
        Response late = begin();
        update("UPDATE device_login SET expires_at = now() WHERE decided_at IS NULL AND client_id = 'ghee-cli'");
        poll(late.path("device_code")).then().statusCode(400).body("error", equalTo("expired_token"));
        browser.post("/device", Map.of("form_token", Browser.formToken(page), "user_code", late.path("user_code")))
                .then()
                .statusCode(404);
    }

    @Test
    void guessesAreCounted() {
        var person = People.enrol();
        Browser browser = Browser.of(person);
        Response page = browser.get("/device");
        var random = new Random();
        String address = "198.19." + random.nextInt(256) + "." + random.nextInt(256);
        Map<String, String> form = Map.of("form_token", Browser.formToken(page), "user_code", "BBBB-BBBB");
        for (int i = 0; i < 11; i++) {
            Response answer = browser.counted("/device", address, form);
            assertThat(answer.statusCode()).isEqualTo(i < 10 ? 404 : 429);
        }
    }

    @Test
    void aLinkDecidesNothingAndAFormOfOthersNeither() {
        var person = People.enrol();
        Browser browser = Browser.of(person);
        Response begun = begin();
        browser.get("/device?user_code=" + begun.path("user_code")).then().statusCode(200);
        poll(begun.path("device_code")).then().body("error", equalTo("authorization_pending"));
        Response page = browser.get("/device");
        Map<String, String> form = Map.of(
                "form_token",
                Browser.formToken(page),
                "user_code",
                begun.path("user_code"),
                "decision",
                "approve",
                "choice",
                "org:" + person.organization());
        browser.postFrom("https://evil.example", "/device/decide", form).then().statusCode(403);
        new Browser().post("/device/decide", form).then().statusCode(403);
        new Browser().get("/device?user_code=%22%3E%3Cscript%3E").then().statusCode(303);
        browser.get("/device?user_code=%22%3E%3Cscript%3E")
                .then()
                .statusCode(200)
                .body(containsString("value=\"\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody", "mcp_000000000000000000000000", "'--"})
    void aProgramThatNobodyKnowsBeginsNothing(String client) {
        bypassing()
                .contentType(ContentType.URLENC)
                .formParam("client_id", client)
                .post("/oauth/device_authorization")
                .then()
                .statusCode(401)
                .body("error", equalTo("invalid_client"));
    }

    @Test
    void aCodeThatIsNoneIsInvalid() {
        poll("x").then().statusCode(400).body("error", equalTo("invalid_grant"));
        poll("A".repeat(43)).then().statusCode(400).body("error", equalTo("invalid_grant"));
        Response begun = begin();
        given().contentType(ContentType.URLENC)
                .formParams(Map.of("grant_type", GRANT, "client_id", "other", "device_code", begun.path("device_code")))
                .post("/oauth/token")
                .then()
                .statusCode(400)
                .body("error", equalTo("invalid_grant"));
    }

    private static Response begin() {
        return bypassing()
                .contentType(ContentType.URLENC)
                .formParam("client_id", "ghee-cli")
                .post("/oauth/device_authorization");
    }

    private static RequestSpecification bypassing() {
        return given().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"));
    }

    private static Response poll(String device) {
        return given().contentType(ContentType.URLENC)
                .formParams(Map.of("grant_type", GRANT, "client_id", "ghee-cli", "device_code", device))
                .post("/oauth/token");
    }

    private static Response decide(Browser browser, Response page, String code, String decision, String choice) {
        return browser.post(
                "/device/decide",
                Map.of(
                        "form_token", Browser.formToken(page),
                        "user_code", code,
                        "decision", decision,
                        "choice", choice));
    }

    private static void update(String sql) throws SQLException {
        String url = "jdbc:postgresql://" + Api.config("ghee.regions.us-east-1.postgres.host") + ":"
                + Api.config("ghee.regions.us-east-1.postgres.port") + "/ghee_control";
        try (Connection connection =
                        DriverManager.getConnection(url, "ghee_owner", Api.config("ghee.postgres.owner-password"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
