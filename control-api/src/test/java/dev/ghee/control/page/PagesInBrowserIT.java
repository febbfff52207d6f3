package dev.ghee.control.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.SelectOption;
import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Browser;
import dev.ghee.control.testing.Mails;
import dev.ghee.control.testing.People;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The pages in a real browser with scripts turned off: what the content security policy forbids shows only here.
 * {@code -Dghee.docs.write=true} renews the pictures in {@code docs/images}.
 */
@QuarkusTest
@WithTestResource(StackResource.class)
class PagesInBrowserIT {
    private static final String BACK = "http://127.0.0.1:47999/";

    private @Nullable Playwright playwright;
    private @Nullable Page page;

    @BeforeEach
    void start() {
        Path chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(chromium != null, "no Chromium on this machine");
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        var browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
        BrowserContext context = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setJavaScriptEnabled(false)
                .setViewportSize(640, 620)
                .setLocale("en-GB")
                .setExtraHTTPHeaders(Map.of("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))));
        page = context.newPage();
        page.setDefaultTimeout(20_000);
    }

    @AfterEach
    void stop() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @Test
    void somebodySignsInAndLetsAProgramHaveAKey() {
        var person = People.enrol();
        person.api().json(Map.of("name", "my-shop")).post("/init").then().statusCode(201);
        String client = given().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .contentType(ContentType.JSON)
                .body(Map.of("redirect_uris", List.of(BACK + "cb"), "client_name", "Example Host"))
                .post("/oauth/register")
                .path("client_id");
        page().navigate(Browser.origin() + "/oauth/authorize?response_type=code&client_id=" + client
                + "&redirect_uri=" + encoded(BACK + "cb") + "&code_challenge=" + "c".repeat(43)
                + "&code_challenge_method=S256&scope=mcp+ai:gateway&state=s");
        fill("E-mail address", person.email());
        fill("Password", "Wrong-Horse-7");
        press("Sign in");
        assertThat(page().getByRole(AriaRole.ALERT)).containsText("The address or the password is wrong");
        fill("Password", People.PASSWORD);
        press("Sign in");
        heading("Allow Example Host to use Ghee?");
        page().getByLabel("What may it do?")
                .selectOption(new SelectOption().setLabel("Only the app my-shop (Personal)"));
        picture("consent");
        var sentTo =
                page().waitForRequest(request -> request.url().startsWith(BACK + "cb?code="), () -> press("Allow"));
        assertThat(sentTo.url()).endsWith("&state=s");
    }

    @Test
    void somebodyTypesTheCodeThatADeviceShows() {
        var person = People.enrol();
        person.api().json(Map.of("name", "my-shop")).post("/init").then().statusCode(201);
        Response begun = given().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .contentType(ContentType.URLENC)
                .formParam("client_id", "ghee-cli")
                .post("/oauth/device_authorization");
        page().navigate(Browser.origin() + "/device");
        fill("E-mail address", person.email());
        fill("Password", People.PASSWORD);
        press("Sign in");
        heading("Connect a device");
        fill("Code that the device shows", "BBBB-BBBB");
        press("Go on");
        assertThat(page().getByRole(AriaRole.ALERT)).containsText("No device waits for this code");
        fill("Code that the device shows", begun.<String>path("user_code").toLowerCase(Locale.ROOT));
        press("Go on");
        heading("Allow The Ghee command line to use Ghee?");
        page().getByLabel("What may it do?")
                .selectOption(new SelectOption().setLabel("Only the app my-shop (Personal)"));
        picture("device");
        press("Allow");
        heading("Connected");
    }

    @Test
    void aUserOfAnAppSignsUpAndIsSentBack() {
        Api owner = Api.stranger();
        String app = owner.readyApp();
        owner.json(Map.of("allowed_origins", List.of("http://127.0.0.1:47999")))
                .patch("/v1/{app}/config/cors", app)
                .then()
                .statusCode(200);
        owner.json(Map.of("display_name", "Garden Shop", "accent_color", "#2e7d32"))
                .put("/v1/{app}/config/sign-in-page", app)
                .then()
                .statusCode(200);
        String email = "user-" + UUID.randomUUID() + "@example.com";
        page().navigate(Browser.origin() + "/auth/" + app + "/ui/sign-in?redirect_to=" + encoded(BACK));
        heading("Sign in to Garden Shop");
        picture("sign-in");
        page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Create an account"))
                .click();
        fill("E-mail address", email);
        fill("Password", "password");
        press("Create account");
        assertThat(page().getByRole(AriaRole.ALERT)).containsText("uppercase");
        fill("Password", People.PASSWORD);
        press("Create account");
        heading("Verify your address");
        fill("Code from the mail", Mails.digits(email));
        press("Verify");
        fill("Password", People.PASSWORD);
        var sentTo = page().waitForRequest(
                        request -> request.url().startsWith(BACK + "?access_token="), () -> press("Sign in"));
        assertThat(sentTo.url()).contains("&refresh_token=", "&token_type=Bearer");
        assertThat(sentTo.headers()).doesNotContainKey("referer");
    }

    private Page page() {
        if (page == null) {
            throw new IllegalStateException("The browser is started before every test");
        }
        return page;
    }

    private void fill(String label, String text) {
        page().getByLabel(label, new Page.GetByLabelOptions().setExact(true)).fill(text);
    }

    private void press(String name) {
        page().getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click(new Locator.ClickOptions().setNoWaitAfter(true));
    }

    private void heading(String text) {
        assertThat(page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(text)))
                .isVisible();
    }

    private void picture(String name) {
        boolean write = Boolean.getBoolean("ghee.docs.write");
        Path folder = write ? Path.of("../docs/images") : Path.of("target");
        page().screenshot(new Page.ScreenshotOptions().setPath(folder.resolve("page-" + name + ".png")));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
