package dev.ghee.storage.hosting.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteFolderTest {
    private static final SiteLimits LIMITS = new SiteLimits(3, 1024);

    @TempDir
    Path folder;

    @Test
    void readsABuildsFolder() throws Exception {
        Files.writeString(folder.resolve("index.html"), "page");
        Files.createDirectories(folder.resolve("assets"));
        Files.writeString(folder.resolve("assets/a.js"), "code");
        Files.writeString(folder.resolve(".env"), "secret");

        assertThat(SiteFolder.stage(folder, LIMITS))
                .extracting(file -> file.path().value())
                .containsExactlyInAnyOrder("index.html", "assets/a.js");
    }

    @Test
    void followsNoLinks() throws Exception {
        Files.writeString(folder.resolve("index.html"), "page");
        Files.createSymbolicLink(folder.resolve("passwd"), Path.of("/etc/passwd"));

        assertThatThrownBy(() -> SiteFolder.stage(folder, LIMITS)).hasMessageContaining("link");
    }

    @Test
    void refusesAFolderThatIsALinkOrMissing() throws Exception {
        Path link = folder.resolve("dist");
        Files.createSymbolicLink(link, Path.of("/etc"));

        assertThatThrownBy(() -> SiteFolder.stage(link, LIMITS)).hasMessageContaining("no such folder");
        assertThatThrownBy(() -> SiteFolder.stage(folder.resolve("missing"), LIMITS))
                .hasMessageContaining("no such folder");
    }

    @Test
    void refusesTooMuch() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.writeString(folder.resolve("f" + i), "x");
        }
        assertThatThrownBy(() -> SiteFolder.stage(folder, LIMITS)).hasMessageContaining("more than 3 files");

        Files.writeString(folder.resolve("f0"), "x".repeat(1025));
        assertThatThrownBy(() -> SiteFolder.stage(folder, LIMITS)).isInstanceOf(InvalidSiteException.class);
    }
}
