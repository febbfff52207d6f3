package dev.ghee.storage.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceArchiveTest {
    @TempDir
    Path directory = Path.of("");

    private Path unpack(byte[] zip, long maxBytes, int maxFiles) throws Exception {
        Path file = directory.resolve("source.zip");
        Files.write(file, zip);
        Path folder = Files.createDirectories(directory.resolve("src"));
        new SourceArchive(folder, maxBytes, maxFiles).unpack(file);
        return folder;
    }

    @Test
    void unpacksFilesAndLeavesOutWhatIsMadeAnew() throws Exception {
        Path folder = unpack(
                Zips.of(Map.of(
                        "./package.json", "{}",
                        "src\\main.js", "1",
                        ".env.production", "A=1",
                        "node_modules/x/index.js", "2",
                        ".git/config", "3")),
                1000,
                10);

        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString()))
                    .containsExactlyInAnyOrder("package.json", "src/main.js", ".env.production");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/x", "C:\\x", "a//b", "a/./b", "..", "a\nb", "..\\x"})
    void refusesPathsThatLeadElsewhere(String name) {
        assertThatThrownBy(() -> unpack(Zips.of(Map.of("package.json", "{}", name, "x")), 1000, 10))
                .isInstanceOf(SourceException.class);
    }

    @Test
    void refusesABomb() {
        assertThatThrownBy(() -> unpack(Zips.of(Map.of("package.json", "x".repeat(100_000))), 50_000, 10))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("50000");
    }

    @Test
    void refusesAFileThatIsAFolderToo() {
        assertThatThrownBy(() -> unpack(Zips.of(Map.of("a", "x", "a/b", "y", "package.json", "{}")), 1000, 10))
                .isInstanceOf(SourceException.class);
    }

    @Test
    void refusesWhatIsNoZip() {
        assertThatThrownBy(() -> unpack(new byte[] {1, 2, 3}, 1000, 10)).isInstanceOf(SourceException.class);
    }

    @Test
    void refusesWhatIsNoProject() {
        assertThatThrownBy(() -> unpack(Zips.of(Map.of("index.html", "hi")), 1000, 10))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("package.json");
    }
}
