package dev.ghee.control.mcpauth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Browser;
import dev.ghee.control.testing.People;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract §1.5: from an MCP host that nobody knows to a key with the scopes that somebody chose. */
@QuarkusTest
@WithTestResource(StackResource.class)
class McpOAuthIT {
    private static final String REDIRECT = "http://127.0.0.1:7777/callback";
    private static final String VERIFIER = "v".repeat(43);

    private String client = "";

    @BeforeEach
    void register() {
        client = register(Map.of("redirect_uris", List.of(REDIRECT), "client_name", "Test Host"))
                .then()
                .statusCode(201)
                .body("client_id", matchesPattern("mcp_[0-9a-f]{24}"))
                .body("client_name", equalTo("Test Host"))
                .body("token_endpoint_auth_method", equalTo("none"))
                .body("redirect_uris", equalTo(List.of(REDIRECT)))
                .body("client_id_issued_at", notNullValue())
                .extract()
                .path("client_id");
    }

    @Test
    void aHostGetsAKeyForTheAppThatSomebodyChose() {
        var person = People.enrol();
        String app = person.api().readyApp();
        String other = person.api().readyApp();
        Browser browser = Browser.of(person);
        String st = st(authorize(Map.of("scope", "mcp ai:gateway", "state", "s t&x", "redirect_uri", otherPort())));
        Response page = browser.get("/oauth/consent?st=" + st);
        page.then()
                .statusCode(200)
                .contentType(containsString("text/html"))
                .header("X-Frame-Options", "DENY")
                .header("Content-Security-Policy", containsString("frame-ancestors 'none'"))
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .header("Cache-Control", "no-store")
                .body(containsString("Test Host"), containsString(person.email()), containsString("app:" + app));
        String location = decide(browser, page, st, "approve", "app:" + app).getHeader("Location");
        assertThat(location).startsWith(otherPort() + "?code=").endsWith("&state=s+t%26x");
        Response token = exchange(code(location), VERIFIER, otherPort());
        token.then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("token_type", equalTo("Bearer"))
                .body("scope", equalTo("mcp"))
                .body("access_token", matchesPattern("bb_sk_[0-9a-f]{40}"));
        Api key = new Api(token.path("access_token"));
        key.request().get("/v1/{app}/config", app).then().statusCode(200);
        key.request().get("/v1/{app}/config", other).then().statusCode(404);
        person.api()
                .request()
                .get("/api-keys")
                .then()
                .body("keys[0].name", equalTo("Test Host"))
                .body("keys[0].scopes", equalTo(List.of("app:" + app)));
    }

    @Test
    void aCodeThatIsShownAgainEndsTheKeyThatItGave() {
        var person = People.enrol();
        String code = code(approved(person));
        Api key = new Api(exchange(code, VERIFIER, REDIRECT).path("access_token"));
        key.request().get("/apps").then().statusCode(200);
        exchange(code, VERIFIER, REDIRECT).then().statusCode(400).body("error", equalTo("invalid_grant"));
        key.request().get("/apps").then().statusCode(401);
    }

    @Test
    void aCodeIsForItsOwnProgramAndUsedUpByAWrongProof() {
        var person = People.enrol();
        String code = code(approved(person));
        exchange(code, "w".repeat(43), REDIRECT).then().statusCode(400).body("error", equalTo("invalid_grant"));
        exchange(code, VERIFIER, REDIRECT).then().statusCode(400).body("error", equalTo("invalid_grant"));
        String second = code(approved(person));
        exchange(second, VERIFIER, REDIRECT + "/").then().statusCode(400);
        String third = code(approved(person));
        Map<String, String> sent = form(third, VERIFIER, REDIRECT);
        sent.put("client_id", "mcp_000000000000000000000000");
        token(sent).then().statusCode(400).body("error", equalTo("invalid_grant"));
    }

    @Test
    void aCodeLivesForAMinute() throws Exception {
        String code = code(approved(People.enrol()));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(code.getBytes(StandardCharsets.US_ASCII));
        try (Connection connection = control();
                var update = connection.prepareStatement("UPDATE oauth_request SET code_expires_at = now()"
                        + " WHERE code_hash = ? AND code_expires_at <= now() + interval '60 seconds'")) {
            update.setBytes(1, hash);
            assertThat(update.executeUpdate()).isOne();
        }
        exchange(code, VERIFIER, REDIRECT).then().statusCode(400).body("error", equalTo("invalid_grant"));
    }

    @Test
    void whoeverLostTheRoleMeanwhileGivesNoKey() {
        Api host = Api.stranger();
        String organization = host.json(Map.of("name", "Team"))
                .post("/organizations")
                .then()
                .extract()
                .path("id");
        var person = People.member(host, organization, "admin");
        Browser browser = Browser.of(person);
        String st = st(authorize(Map.of()));
        Response page = browser.get("/oauth/consent?st=" + st);
        String code =
                code(decide(browser, page, st, "approve", "org:" + organization).getHeader("Location"));
        host.request()
                .delete("/organizations/{id}/members/{user}", organization, person.id())
                .then()
                .statusCode(200);
        exchange(code, VERIFIER, REDIRECT).then().statusCode(403).body("error", equalTo("access_denied"));
    }

    @Test
    void nobodyIsAskedTwiceAndANoIsToldToTheProgram() {
        var person = People.enrol();
        Browser browser = Browser.of(person);
        String st = st(authorize(Map.of("state", "x")));
        Response page = browser.get("/oauth/consent?st=" + st);
        assertThat(decide(browser, page, st, "deny", "").getHeader("Location"))
                .isEqualTo(REDIRECT + "?error=access_denied&state=x");
        decide(browser, page, st, "approve", "org:" + person.organization())
                .then()
                .statusCode(404);
        browser.get("/oauth/consent?st=" + st).then().statusCode(404);
        browser.get("/oauth/consent?st=").then().statusCode(404);
        browser.get("/oauth/consent").then().statusCode(404);
    }

    @Test
    void aFormThatNoPageOfOursSentDecidesNothing() {
        var person = People.enrol();
        Browser browser = Browser.of(person);
        String st = st(authorize(Map.of()));
        Response page = browser.get("/oauth/consent?st=" + st);
        Map<String, String> form = new HashMap<>(Map.of(
                "st",
                st,
                "decision",
                "approve",
                "choice",
                "org:" + person.organization(),
                "form_token",
                Browser.formToken(page)));
        browser.postFrom("https://evil.example", "/oauth/consent", form).then().statusCode(403);
        browser.postFrom("null", "/oauth/consent", form).then().statusCode(403);
        Map<String, String> forged = new HashMap<>(form);
        forged.put("form_token", "A".repeat(43));
        browser.post("/oauth/consent", forged).then().statusCode(403);
        Browser.of(People.enrol()).post("/oauth/consent", form).then().statusCode(403);
        new Browser().post("/oauth/consent", form).then().statusCode(403);
        browser.post("/oauth/consent", form).then().statusCode(303);
    }

    @Test
    void whoeverIsNotSignedInSignsInFirst() {
        var person = People.enrol();
        var browser = new Browser();
        String st = st(authorize(Map.of()));
        String next = "/oauth/consent?st=" + st;
        browser.get(next)
                .then()
                .statusCode(303)
                .header("Location", "/account/sign-in?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
        browser.get("/account/sign-in?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8))
                .then()
                .statusCode(200)
                .body(containsString(next));
        Map<String, String> wrong = Map.of("email", person.email(), "password", "Wrong-Horse-7", "next", next);
        browser.post("/account/sign-in", wrong).then().statusCode(401).body(containsString("There is a problem"));
        Map<String, String> right = Map.of("email", person.email(), "password", People.PASSWORD, "next", next);
        browser.postFrom("https://evil.example", "/account/sign-in", right)
                .then()
                .statusCode(403);
        Response signedIn = browser.post("/account/sign-in", right);
        signedIn.then().statusCode(303).header("Location", next);
        assertThat(signedIn.getHeader("Set-Cookie")).contains("HttpOnly").contains("SameSite=Lax");
        browser.post(
                        "/account/sign-in",
                        Map.of("email", person.email(), "password", People.PASSWORD, "next", "https://evil.example"))
                .then()
                .header("Location", "/device");
        Response page = browser.get(next);
        page.then().statusCode(200);
        browser.post("/account/sign-out", Map.of("form_token", Browser.formToken(page), "next", next))
                .then()
                .statusCode(303);
        browser.get(next).then().statusCode(303);
    }

    @Test
    void aCookieIsNoCredentialOfTheApi() {
        var person = People.enrol();
        Browser.of(person).get("/apps").then().statusCode(401);
    }

    @Test
    void aDashboardAsksAndDecidesWithATokenAndFromItsOwnOrigin() {
        var person = People.enrol();
        String st = st(authorize(Map.of()));
        person.api()
                .request()
                .queryParam("st", st)
                .get("/oauth/authorize/details")
                .then()
                .statusCode(200)
                .body("client_name", equalTo("Test Host"))
                .body("redirect_uri", equalTo(REDIRECT))
                .body("scopes", equalTo(List.of("mcp")));
        given().queryParam("st", st).get("/oauth/authorize/details").then().statusCode(401);
        Map<String, Object> body = Map.of("st", st, "decision", "approve", "target", Map.of("key_scope", "account"));
        person.api().json(body).post("/oauth/authorize/decide").then().statusCode(403);
        person.api()
                .json(body)
                .header("Origin", "https://evil.example")
                .post("/oauth/authorize/decide")
                .then()
                .statusCode(403);
        person.api()
                .json(Map.of(
                        "st",
                        st,
                        "decision",
                        "approve",
                        "target",
                        Map.of("key_scope", "account", "additional_scopes", List.of("ai:gateway"))))
                .header("Origin", Api.config("ghee.public-url"))
                .post("/oauth/authorize/decide")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("UNKNOWN_SCOPE"));
        String to = person.api()
                .json(body)
                .header("Origin", Api.config("ghee.public-url"))
                .post("/oauth/authorize/decide")
                .then()
                .statusCode(200)
                .body("redirect_to", startsWith(REDIRECT + "?code="))
                .extract()
                .path("redirect_to");
        given().contentType(ContentType.JSON)
                .body(form(code(to), VERIFIER, REDIRECT))
                .post("/oauth/token")
                .then()
                .statusCode(200)
                .body("scope", equalTo("mcp"));
    }

    @ParameterizedTest
    @CsvSource({
        "client_id, mcp_000000000000000000000000",
        "client_id, ''",
        "client_id, '%00'",
        "redirect_uri, http://127.0.0.1:7777/other",
        "redirect_uri, https://evil.example/",
        "redirect_uri, ''"
    })
    void nobodyIsSentToAnAddressThatNobodyRegistered(String parameter, String value) {
        authorize(Map.of(parameter, value))
                .then()
                .statusCode(400)
                .header("Location", (String) null)
                .contentType(containsString("text/html"));
    }

    @ParameterizedTest
    @CsvSource({
        "response_type, token, unsupported_response_type",
        "code_challenge_method, plain, invalid_request",
        "code_challenge, short, invalid_request",
        "scope, mcp root, invalid_scope"
    })
    void otherMistakesAreToldToTheProgram(String parameter, String value, String error) {
        authorize(Map.of(parameter, value, "state", "x"))
                .then()
                .statusCode(302)
                .header("Location", REDIRECT + "?error=" + error + "&state=x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "{\"redirect_uris\":[]}",
                "{\"redirect_uris\":[null]}",
                "{\"redirect_uris\":[\"http://example.com\"]}",
                "{\"redirect_uris\":[\"javascript:alert(1)\"]}",
                "{\"redirect_uris\":[[[]]]}",
                "{\"redirect_uris\":\"x\"}",
                "{\"redirect_uris\":[\"https://a.example\",\"https://a.example\",\"https://a.example\","
                        + "\"https://a.example\",\"https://a.example\",\"https://a.example\"]}",
                "{\"redirect_uris\":[\"https://a.example\"],\"client_name\":\"a\\nb\"}",
                "{\"redirect_uris\":[\"https://a.example\"],\"client_name\":\"\\u202e\"}",
                "{\"redirect_uris\":[\"https://a.example\"],\"client_name\":\"\\ud800\"}"
            })
    void aRegistrationThatIsNoneIsRefusedInOAuthsShape(String body) {
        register(body).then().statusCode(400).body("error", notNullValue()).body("error_description", notNullValue());
    }

    @Test
    void anAddressRegistersTenProgramsInAnHour() {
        String address = "198.18." + (System.nanoTime() / 1000 % 250) + "." + (System.nanoTime() % 250);
        for (int i = 0; i < 11; i++) {
            Response last = given().header("X-Forwarded-For", address)
                    .contentType(ContentType.JSON)
                    .body(Map.of("redirect_uris", List.of(REDIRECT)))
                    .post("/oauth/register");
            assertThat(last.statusCode()).isEqualTo(i < 10 ? 201 : 429);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{}", "{\"grant_type\":[]}", "{\"grant_type\":\"password\"}", "x"})
    void aTokenRequestThatIsNoneIsRefusedInOAuthsShape(String body) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post("/oauth/token")
                .then()
                .statusCode(400)
                .body("error", notNullValue());
    }

    @Test
    void programsFindTheRestThroughTheWellKnownDocuments() {
        String base = Api.config("ghee.public-url");
        given().get("/.well-known/oauth-protected-resource")
                .then()
                .statusCode(200)
                .body("resource", equalTo(base + "/mcp"))
                .body("authorization_servers", equalTo(List.of(base)))
                .body("scopes_supported", equalTo(List.of("mcp", "ai:gateway")))
                .body("bearer_methods_supported", equalTo(List.of("header")))
                .body("resource_documentation", notNullValue());
        given().get("/.well-known/oauth-authorization-server")
                .then()
                .statusCode(200)
                .body("issuer", equalTo(base))
                .body("authorization_endpoint", equalTo(base + "/oauth/authorize"))
                .body("token_endpoint", equalTo(base + "/oauth/token"))
                .body("registration_endpoint", equalTo(base + "/oauth/register"))
                .body("grant_types_supported", hasItems("authorization_code"))
                .body("code_challenge_methods_supported", equalTo(List.of("S256")))
                .body("token_endpoint_auth_methods_supported", equalTo(List.of("none")));
    }

    /** The address to which the browser of somebody who agreed is sent. */
    private String approved(People.Enrolled person) {
        Browser browser = Browser.of(person);
        String st = st(authorize(Map.of()));
        Response page = browser.get("/oauth/consent?st=" + st);
        return decide(browser, page, st, "approve", "org:" + person.organization())
                .then()
                .statusCode(303)
                .extract()
                .header("Location");
    }

    private static Response decide(Browser browser, Response page, String st, String decision, String choice) {
        return browser.post(
                "/oauth/consent",
                Map.of("form_token", Browser.formToken(page), "st", st, "decision", decision, "choice", choice));
    }

    private Response authorize(Map<String, String> changes) {
        Map<String, String> parameters = new HashMap<>(Map.of(
                "response_type",
                "code",
                "client_id",
                client,
                "redirect_uri",
                REDIRECT,
                "code_challenge",
                challenge(),
                "code_challenge_method",
                "S256"));
        parameters.putAll(changes);
        return given().redirects().follow(false).queryParams(parameters).get("/oauth/authorize");
    }

    private static String st(Response authorize) {
        authorize.then().statusCode(302).header("Location", matchesPattern("/oauth/consent\\?st=[A-Za-z0-9_-]{43}"));
        return authorize.getHeader("Location").substring("/oauth/consent?st=".length());
    }

    private static String code(String location) {
        String query = URI.create(location).getRawQuery();
        assertThat(query).startsWith("code=");
        return query.substring("code=".length()).replaceAll("&.*", "");
    }

    private Response exchange(String code, String verifier, String redirect) {
        return token(form(code, verifier, redirect));
    }

    private Map<String, String> form(String code, String verifier, String redirect) {
        return new HashMap<>(Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "client_id", client,
                "redirect_uri", redirect,
                "code_verifier", verifier));
    }

    private static Response token(Map<String, String> form) {
        return given().contentType(ContentType.URLENC).formParams(form).post("/oauth/token");
    }

    private static Response register(@Nullable Object body) {
        return given().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .contentType(ContentType.JSON)
                .body(body)
                .post("/oauth/register");
    }

    /** RFC 8252: the port of a loopback address is the program's own choice of the moment. */
    private static String otherPort() {
        return REDIRECT.replace("7777", "8888");
    }

    private static String challenge() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection control() throws Exception {
        String url = "jdbc:postgresql://" + Api.config("ghee.regions.us-east-1.postgres.host") + ":"
                + Api.config("ghee.regions.us-east-1.postgres.port") + "/ghee_control";
        return DriverManager.getConnection(url, "ghee_owner", Api.config("ghee.postgres.owner-password"));
    }
}
