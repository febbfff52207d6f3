package dev.ghee.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The sample chat, set up by its own script and used in real browsers. */
class ChatInBrowserIT {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String PASSWORD = "Correct-Horse-7";

    private static String address = "";
    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;

    private record Person(Page page, List<String> frames) {
        Locator message(String text) {
            return page.locator("#messages .bubble").getByText(text);
        }

        Locator present(String name) {
            return page.locator("#present").getByLabel(name, new Locator.GetByLabelOptions().setExact(true));
        }

        void say(String text) {
            page.getByLabel("Message", new Page.GetByLabelOptions().setExact(true))
                    .fill(text);
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send"))
                    .click();
        }

        void enterRoom(String nameOrInvitation) {
            page.getByLabel("Name of a new room, or an invitation").fill(nameOrInvitation);
            page.getByLabel("Create or join").click();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Path chromium = chromium();
        assumeTrue(chromium != null, "no Chromium on this machine");
        address = setUp();
        playwright = Playwright.create();
        browser = playwright
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
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (playwright != null) {
            playwright.close();
        }
    }

    private static @Nullable Path chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Runs the example's own script and returns the address that it prints. */
    private static String setUp() throws Exception {
        Platform platform = Platform.running();
        var builder = new ProcessBuilder(
                        "bash",
                        Platform.repository().resolve("examples/chat/setup.sh").toString())
                .redirectErrorStream(true);
        builder.environment().put("GHEE_URL", platform.url());
        builder.environment().put("GHEE_KEY", platform.ownerKey());
        builder.environment()
                .put("CHAT_NAME", "chat-" + UUID.randomUUID().toString().substring(0, 8));
        Process script = builder.start();
        String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).as(output).isZero();
        return output.strip();
    }

    private static Person signUp(String name) {
        if (browser == null) {
            throw new IllegalStateException("The browser is started before every test");
        }
        BrowserContext context = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(1000, 640).setLocale("en-GB"));
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        List<String> frames = new ArrayList<>();
        page.onWebSocket(socket -> socket.onFrameReceived(frame -> frames.add(frame.text())));
        page.navigate(address);
        page.getByLabel("Create account").check();
        page.getByLabel("Name", new Page.GetByLabelOptions().setExact(true)).fill(name);
        page.getByLabel("E-mail").fill(name.toLowerCase(java.util.Locale.ROOT) + "@chat.example");
        page.getByLabel("Password", new Page.GetByLabelOptions().setExact(true)).fill(PASSWORD);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Create account"))
                .click();
        var person = new Person(page, frames);
        seen(page.locator("#connection[data-state=connected]"));
        return person;
    }

    private static void seen(Locator locator) {
        assertThat(locator).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(PATIENCE_MILLIS));
    }

    @Test
    void membersSeeEachOthersMessagesLiveAndAStrangerSeesNothing() {
        Person ann = signUp("Ann");
        Person ben = signUp("Ben");
        Person eve = signUp("Eve");

        ann.enterRoom("Garden");
        seen(ann.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("# Garden")));
        String room = ann.page().locator("#invite").getAttribute("data-room");
        ben.enterRoom(room);
        seen(ben.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("# Garden")));
        eve.enterRoom("Attic");
        seen(eve.page().getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("# Attic")));

        seen(ann.present("Ben"));
        seen(ben.present("Ann"));

        ann.say("Are the tomatoes ripe?");
        seen(ben.message("Are the tomatoes ripe?"));
        ben.say("The first ones are. Come and taste!");
        seen(ann.message("The first ones are. Come and taste!"));
        ann.say("On my way, I bring bread.");
        seen(ben.message("On my way, I bring bread."));

        // Eve's own message comes through the same stream, after all of theirs.
        eve.say("Nobody here?");
        seen(eve.message("Nobody here?"));
        assertThat(eve.page().locator("#messages .bubble")).hasCount(1);
        assertThat(eve.page().locator("#present li")).hasCount(1);
        assertThat(eve.frames()).noneMatch(frame -> frame.contains("tomatoes") || frame.contains(room));

        ben.page()
                .screenshot(new Page.ScreenshotOptions()
                        .setPath(Platform.repository().resolve("testing/e2e/target/chat.png")));

        ann.page().close();
        assertThat(ben.page().locator("#present li"))
                .hasCount(1, new LocatorAssertions.HasCountOptions().setTimeout(PATIENCE_MILLIS));
    }
}
