package dev.ghee.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.testkit.KeycloakServer;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sign-in with a real OpenID Connect server, driven as a browser would: its login page, its cookies, its redirects. */
@QuarkusTest
@WithTestResource(StackResource.class)
class KeycloakIT {
    private static final Pattern FORM = Pattern.compile("<form id=\"kc-form-login\"[^>]* action=\"([^\"]+)\"");

    @SuppressWarnings("NullAway.Init")
    private static KeycloakServer keycloak;

    @SuppressWarnings("NullAway.Init")
    private static TestApp app;

    @BeforeEach
    void setUp() throws IOException {
        if (app != null) {
            return;
        }
        try (InputStream realm = KeycloakIT.class.getResourceAsStream("/keycloak/ghee-realm.json")) {
            keycloak = KeycloakServer.start(
                    new String(Objects.requireNonNull(realm).readAllBytes(), StandardCharsets.UTF_8), "ghee");
        }
        app = TestApp.create();
        OAuthBrowser.configure(
                app,
                "keycloak",
                Map.of(
                        "client_id", "ghee-app",
                        "client_secret", "keycloak-client-secret",
                        "issuer", keycloak.url() + "/realms/ghee"));
    }

    @AfterAll
    static void stop() {
        if (keycloak != null) {
            keycloak.close();
        }
    }

    @Test
    void aPersonSignsInAndComesBackAsTheSameUser() throws Exception {
        TestApp.Session first = signIn("ada");
        TestApp.Session second = signIn("ada");

        app.me(first.access())
                .then()
                .statusCode(200)
                .body("email", equalTo("ada@keycloak.example"))
                .body("email_verified", equalTo(true))
                .body("display_name", equalTo("Ada Lovelace"))
                .body("provider", equalTo("keycloak"));
        assertThat(id(second)).isEqualTo(id(first));
        app.refresh(second.refresh()).then().statusCode(200);
    }

    @Test
    void anUnverifiedAddressOpensNoAccount() throws Exception {
        String owner = app.signUp("bob@keycloak.example");

        TestApp.Session session = signIn("bob");

        assertThat(id(session)).isNotEqualTo(owner);
        app.login("bob@keycloak.example").then().statusCode(200);
    }

    @Test
    void aCodeOfAnotherFlowIsRefusedByTheServersPkce() throws Exception {
        OAuthBrowser victim = new OAuthBrowser(app);
        String stolen = codeOf(comeBackUrl(victim, "ada"));
        OAuthBrowser thief = new OAuthBrowser(app);
        String state = OAuthBrowser.parameters(authorization(thief)).get("state");

        Response end = thief.comeBack("keycloak", Map.of("code", stolen, "state", state));

        assertThat(end.statusCode()).isEqualTo(400);
    }

    @Test
    void aWrongClientSecretIsFoundInTheAuditLog() throws Exception {
        TestApp other = TestApp.create();
        OAuthBrowser.configure(
                other, "keycloak", Map.of("client_id", "ghee-app", "issuer", keycloak.url() + "/realms/ghee"));
        OAuthBrowser browser = new OAuthBrowser(other);
        Map<String, String> brought = OAuthBrowser.parameters(comeBackUrl(browser, "ada"));

        browser.comeBack("keycloak", brought).then().statusCode(400);

        List<String> reasons = TestApp.owner()
                .get("/v1/{app}/audit-logs?event_type=auth.oauth_failed", other.id)
                .path("logs.error_message");
        assertThat(reasons).containsExactly("keycloak: token endpoint answered 401 unauthorized_client");
    }

    private static TestApp.Session signIn(String user) throws Exception {
        OAuthBrowser browser = new OAuthBrowser(app);
        return browser.tokens(browser.comeBack("keycloak", OAuthBrowser.parameters(comeBackUrl(browser, user))));
    }

    private static String authorization(OAuthBrowser browser) {
        return browser.location("keycloak");
    }

    /** Where Keycloak sends the browser after its login page was filled in. */
    private static String comeBackUrl(OAuthBrowser browser, String user) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> page = client.send(
                HttpRequest.newBuilder(URI.create(authorization(browser))).build(),
                HttpResponse.BodyHandlers.ofString());
        Matcher form = FORM.matcher(page.body());
        assertThat(form.find()).as(page.statusCode() + " " + page.body()).isTrue();
        HttpResponse<String> sent = client.send(
                HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Cookie", cookies(page))
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "username=" + user + "&password=engine&credentialId="))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return sent.headers().firstValue("Location").orElseThrow(() -> new AssertionError(sent.body()));
    }

    /** By hand: Keycloak marks them as secure, which browsers accept from loopback and Java's cookie store does not. */
    private static String cookies(HttpResponse<?> page) {
        return page.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
                .collect(Collectors.joining("; "));
    }

    private static String codeOf(String url) {
        return OAuthBrowser.parameters(url).get("code");
    }

    private static String id(TestApp.Session session) {
        return app.me(session.access()).then().statusCode(200).extract().path("id");
    }
}
