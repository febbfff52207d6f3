package dev.ghee.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/frontend-builds.md}, run as printed in real projects, whose sites are then used. */
class SitesInBrowserIT {
    private static final Pattern STEP = Pattern.compile("<!-- step -->\\s+```bash\n(.*?)```", Pattern.DOTALL);
    private static final Pattern URL = Pattern.compile("\"url\":\"([^\"]+)\"");
    private static final int PATIENCE_MILLIS = 20_000;

    private static @Nullable Playwright playwright;
    private static @Nullable Browser browser;

    @TempDir
    private Path directory;

    private final List<String> problems = new ArrayList<>();

    @BeforeAll
    static void start() {
        Path chromium = Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        assumeTrue(chromium != null, "no Chromium on this machine");
        playwright = Playwright.create();
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
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

    /** Runs the documented steps in a copy of the project and returns the site's address. */
    private String deploy(TestApp app, String fixture, String out) throws Exception {
        Path project = directory.resolve("project");
        copy(Platform.repository().resolve("testing/e2e/fixtures/" + fixture), project);
        var script = new StringBuilder("set -euo pipefail\n");
        Matcher step = STEP.matcher(Files.readString(Platform.repository().resolve("docs/frontend-builds.md")));
        while (step.find()) {
            script.append(step.group(1).indent(0));
        }
        var builder = new ProcessBuilder("bash", "-c", script.toString())
                .directory(project.toFile())
                .redirectErrorStream(true);
        builder.environment().put("URL", app.platform().url());
        builder.environment().put("KEY", app.platform().ownerKey());
        builder.environment().put("APP", app.id());
        builder.environment().put("OUT", out);
        Process shell = builder.start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(output).contains("data: $ npm run build", "event: done", "\"status\":\"READY\"");
        assertThat(shell.exitValue()).as(output).isZero();
        Matcher url = URL.matcher(output.substring(output.indexOf("event: done")));
        assertThat(url.find()).as(output).isTrue();
        return url.group(1);
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                String relative = from.relativize(path).toString();
                if (!relative.matches("(node_modules|dist|out|\\.next)(/.*)?")) {
                    Files.copy(path, to.resolve(relative));
                }
            }
        }
    }

    private Page open(String url) {
        if (browser == null) {
            throw new IllegalStateException("The browser is started before every test");
        }
        Page page = browser.newContext().newPage();
        page.setDefaultTimeout(PATIENCE_MILLIS);
        page.onPageError(problems::add);
        page.onResponse(answer -> {
            if (answer.status() >= 400) {
                problems.add(answer.status() + " " + answer.url());
            }
        });
        page.navigate(url);
        return page;
    }

    private static void click(Page page, AriaRole role, String name) {
        page.getByRole(role, new Page.GetByRoleOptions().setName(name)).click();
    }

    private static void heading(Page page, String name) {
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name)))
                .isVisible();
    }

    @Test
    void aViteProjectIsBuiltAndUsed() throws Exception {
        TestApp app = TestApp.create("vite");
        String url = deploy(app, "react-vite", "dist");

        List<Response> scripts = new ArrayList<>();
        Page page = open(url);
        page.onResponse(answer -> {
            if (answer.url().endsWith(".js")) {
                scripts.add(answer);
            }
        });
        page.getByLabel("Note").fill("Buy bread");
        click(page, AriaRole.BUTTON, "Add");
        assertThat(page.getByRole(AriaRole.LISTITEM)).hasText("Buy bread");
        click(page, AriaRole.LINK, "About");
        assertThat(page.locator("code")).hasText(app.id());

        // A path that is no file: the page's own router answers it.
        page.reload();
        heading(page, "About");
        assertThat(scripts)
                .isNotEmpty()
                .allSatisfy(script ->
                        assertThat(script.headerValue("cache-control")).contains("immutable"));
        assertThat(problems).isEmpty();
    }

    @Test
    void aNextJsExportIsBuiltAndUsed() throws Exception {
        TestApp app = TestApp.create("nextjs");
        String url = deploy(app, "nextjs-static", "out");

        Page page = open(url);
        click(page, AriaRole.BUTTON, "Clicked 0 times");
        click(page, AriaRole.BUTTON, "Clicked 1 times");
        assertThat(page.getByRole(AriaRole.BUTTON)).hasText("Clicked 2 times");
        click(page, AriaRole.LINK, "About");
        assertThat(page.locator("code")).hasText(app.id());
        page.reload();
        heading(page, "About");
        assertThat(problems).isEmpty();

        Response missing = page.navigate(url + "/no-such-page");
        if (missing == null) {
            throw new AssertionError("The browser did not ask");
        }
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.text()).contains("There is no such page");
    }
}
