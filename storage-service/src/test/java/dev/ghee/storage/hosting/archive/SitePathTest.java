package dev.ghee.storage.hosting.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SitePathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "a/../../b",
                "..\\windows",
                "/etc/passwd",
                "\\share\\x",
                "C:\\x",
                "c:x",
                "a//b",
                "a/",
                "a\0b",
                "a\nb",
                "a\u007fb",
                "\uD800.html"
            })
    void refusesWhatIsNoPathWithinASite(String name) {
        assertThatThrownBy(() -> SitePath.of(name)).isInstanceOf(InvalidSiteException.class);
    }

    @Test
    void refusesEndlessNames() {
        assertThatThrownBy(() -> SitePath.of("a".repeat(256))).isInstanceOf(InvalidSiteException.class);
        assertThatThrownBy(() -> SitePath.of("a/".repeat(256) + "b")).isInstanceOf(InvalidSiteException.class);
    }

    @Test
    void readsWindowsSeparators() throws InvalidSiteException {
        assertThat(SitePath.of("assets\\img\\a.png")).contains(new SitePath("assets/img/a.png"));
    }

    @Test
    void dropsCurrentFolders() throws InvalidSiteException {
        assertThat(SitePath.of("./assets/./a.js")).contains(new SitePath("assets/a.js"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".env", ".git/config", "a/.htpasswd", "__MACOSX/._index.html", "img/Thumbs.db", "."})
    void leavesOutWhatIsNotMeantToBeSeen(String name) throws InvalidSiteException {
        assertThat(SitePath.of(name)).isEmpty();
    }

    @Test
    void keepsWellKnownFilesAndAnyLanguage() throws InvalidSiteException {
        assertThat(SitePath.of(".well-known/security.txt")).isPresent();
        assertThat(SitePath.of("straße/日本語 😀.html")).contains(new SitePath("straße/日本語 😀.html"));
    }
}
