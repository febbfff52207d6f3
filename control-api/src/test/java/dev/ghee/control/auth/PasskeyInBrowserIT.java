package dev.ghee.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Passkeys with a real browser and its virtual authenticator. */
@QuarkusTest
@WithTestResource(StackResource.class)
class PasskeyInBrowserIT {
    private static final String CALL = """
            async function call(app, route, token, body) {
              const headers = {'Content-Type': 'application/json'};
              if (token) headers.Authorization = 'Bearer ' + token;
              const response = await fetch(`/auth/${app}/passkeys/${route}`,
                {method: 'POST', headers, body: JSON.stringify(body)});
              if (!response.ok) throw new Error(route + ' ' + response.status + ' ' + await response.text());
              return response.json();
            }
            """;
    private static final String REGISTER = "async ([app, token]) => {" + CALL + """
              const options = await call(app, 'register/options', token, {});
              const credential = await navigator.credentials.create(
                {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)});
              const made = await call(app, 'register/verify', token, {credential: credential.toJSON(), name: 'Browser'});
              return made.name;
            }""";
    private static final String SIGN_IN = "async ([app]) => {" + CALL + """
              const options = await call(app, 'authenticate/options', null, {});
              const credential = await navigator.credentials.get(
                {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)});
              const session = await call(app, 'authenticate/verify', null, {credential: credential.toJSON()});
              return session.access_token;
            }""";

    @Test
    void aKeyMadeInTheBrowserSignsInWithoutAPassword() {
        Path chromium = chromium();
        assumeTrue(chromium != null, "no Chromium on this machine");
        TestApp app = TestApp.create();
        String page = "http://localhost:" + RestAssured.port;
        TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("allowed_origins", List.of(page)))
                .patch("/v1/{app}/config/cors", app.id)
                .then()
                .statusCode(200);
        String email = TestApp.address();
        String userId = app.signUp(email);
        String access = app.session(email).access();

        try (Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(chromium)
                                .setArgs(
                                        List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")))) {
            BrowserContext context = browser.newContext();
            Page tab = context.newPage();
            withAuthenticator(context.newCDPSession(tab));
            tab.navigate(page + "/auth/" + app.id + "/.well-known/jwks.json");

            assertThat(tab.evaluate(REGISTER, List.of(app.id, access))).isEqualTo("Browser");
            String signedIn = (String) tab.evaluate(SIGN_IN, List.of(app.id));

            JsonPath claims = new JsonPath(Jws.parse(signedIn).payload());
            assertThat(claims.getString("sub")).isEqualTo(userId);
            assertThat(claims.getString("aal")).isEqualTo("aal2");
            app.me(signedIn).then().statusCode(200);
        }
    }

    private static void withAuthenticator(CDPSession devtools) {
        devtools.send("WebAuthn.enable");
        var options = new JsonObject();
        options.addProperty("protocol", "ctap2");
        options.addProperty("transport", "internal");
        options.addProperty("hasResidentKey", true);
        options.addProperty("hasUserVerification", true);
        options.addProperty("isUserVerified", true);
        options.addProperty("automaticPresenceSimulation", true);
        var parameters = new JsonObject();
        parameters.add("options", options);
        devtools.send("WebAuthn.addVirtualAuthenticator", parameters);
    }

    private static @Nullable Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
