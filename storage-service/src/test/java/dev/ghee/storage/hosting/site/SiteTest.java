package dev.ghee.storage.hosting.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.storage.hosting.site.Site.Answer;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
    private static Site site(Framework framework, String... paths) {
        return new Site(new UUID(0, 1), framework, files(framework, paths), Map.of());
    }

    private static Map<String, SiteFile> files(Framework framework, String... paths) {
        return Arrays.stream(paths)
                .map(path -> SiteFile.of(path, framework, "k", "0".repeat(64), new SiteFile.Lengths(1, 0, 0)))
                .collect(Collectors.toMap(SiteFile::path, Function.identity()));
    }

    private static String page(Answer answer) {
        return switch (answer) {
            case Answer.Found(SiteFile file, int status) -> status + " " + file.path();
            case Answer.Moved(String path) -> "308 " + path;
            case Answer.Missing() -> "404";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "/, 200 index.html",
        "/index.html, 200 index.html",
        "/assets/app.js, 200 assets/app.js",
        "/users/42, 200 index.html",
        "/users/john.doe, 200 index.html",
        "/caf%C3%A9.html, 200 café.html",
        "/assets/gone.js, 404",
        "/%ff, 404",
        "/%2e%2e/secret, 200 index.html",
        "/a%, 404"
    })
    void aSinglePageSiteRoutesItself(String path, String answer) {
        Site site = site(Framework.REACT_VITE, "index.html", "assets/app.js", "café.html");

        assertThat(page(site.answer(path, true))).isEqualTo(answer);
    }

    @Test
    void aScriptThatIsMissingIsNoPage() {
        Site site = site(Framework.REACT_VITE, "index.html");

        assertThat(page(site.answer("/old.js", false))).isEqualTo("404");
        assertThat(page(site.answer("/old", false))).isEqualTo("200 index.html");
    }

    @ParameterizedTest
    @CsvSource({
        "/about, 200 about.html",
        "/about/, 308 /about",
        "/about.html, 200 about.html",
        "/blog/, 200 blog/index.html",
        "/blog, 308 /blog/",
        "/nowhere, 404 404.html",
        "/_next/static/x.js, 404 404.html"
    })
    void anExportedSiteHasPagesAsFiles(String path, String answer) {
        Site site = site(Framework.NEXTJS_STATIC, "index.html", "about.html", "blog/index.html", "404.html");

        assertThat(page(site.answer(path, true))).isEqualTo(answer);
    }

    @Test
    void anExportedSiteWithoutANotFoundPageRoutesItself() {
        assertThat(page(site(Framework.NEXTJS_STATIC, "index.html").answer("/x", true)))
                .isEqualTo("200 index.html");
        assertThat(page(site(Framework.OTHER, "index.html").answer("/x", true))).isEqualTo("200 index.html");
    }

    @Test
    void plainFilesAreThereOrNot() {
        assertThat(page(site(Framework.STATIC, "index.html").answer("/x", true)))
                .isEqualTo("404");
        assertThat(page(site(Framework.STATIC, "index.html", "404.html").answer("/x", true)))
                .isEqualTo("404 404.html");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example/", "///", "//evil.example/index.html/", "/\\evil.example/"})
    void neverSendsAnybodyToAnotherHost(String path) {
        Site site = site(Framework.STATIC, "index.html", "evil.example.html", "a.html");

        assertThat(site.answer(path, true)).isNotInstanceOf(Answer.Moved.class);
    }

    @Test
    void partsOfThePageThatWasLiveBeforeAreStillThere() {
        Framework vite = Framework.REACT_VITE;
        Site site = new Site(new UUID(0, 1), vite, files(vite, "index.html"), files(vite, "assets/chunk-BwQd8x1y.js"));

        assertThat(page(site.answer("/assets/chunk-BwQd8x1y.js", false))).startsWith("200");
    }

    @ParameterizedTest
    @CsvSource({
        "assets/index-BwQd8x1y.js, true",
        "assets/index-D_a-b3cZ.css, true",
        "_next/static/chunks/main.js, true",
        "main.3f2a9c1b.js, true",
        "static/js/787.1b2c3d4e.chunk.js, true",
        "assets/photo-holidays.jpg, false",
        "assets/photo-Holidays.jpg, false",
        "assets/app.js, false",
        "index.html, false",
        "deadbeef.js, false",
        "report-20261122.pdf, false",
        "img/index-BwQd8x1y.js, false",
        "facade.css, false"
    })
    void tellsHashedNames(String path, boolean hashed) {
        assertThat(HashedNames.isHashed(path, Framework.REACT_VITE)).isEqualTo(hashed);
    }

    @ParameterizedTest
    @CsvSource({
        "assets/index-BwQd8x1y.js, true",
        "assets/index-D_a-b3cZ.css, true",
        "assets/icon-iPhone12.png, false",
        "assets/app.js, false"
    })
    void tellsHashedNamesOfSitesOfUnknownMaking(String path, boolean hashed) {
        assertThat(HashedNames.isHashed(path, Framework.OTHER)).isEqualTo(hashed);
    }
}
