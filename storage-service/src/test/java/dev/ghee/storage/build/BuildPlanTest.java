package dev.ghee.storage.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.GheeException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuildPlanTest {
    private static final String HASH = "0123456789abcdef";

    @Test
    void completesWhatIsLeftOut() {
        BuildPlan plan = BuildPlan.of(null, null, null, HASH, null);

        assertThat(plan).isEqualTo(new BuildPlan("npm run build", "dist", PackageManager.NPM, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"./build/", "build", "packages/web/out", ".vercel/output/static", "a..b"})
    void takesFoldersOfTheProject(String directory) {
        assertThat(BuildPlan.of(null, directory, null, HASH, null).outputDirectory())
                .doesNotStartWith("./")
                .doesNotEndWith("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/../b", "a/./b", "/etc", "a//b", "a b", "a\0", "dist;rm", "./"})
    void refusesOtherFolders(String directory) {
        assertThatThrownBy(() -> BuildPlan.of(null, directory, null, HASH, null))
                .isInstanceOf(GheeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1234567", "0123456g", "ABCDEF01", "\0"})
    void refusesWhatIsNoHash(String hash) {
        assertThatThrownBy(() -> BuildPlan.of(null, null, null, hash, null)).isInstanceOf(GheeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "a\0b"})
    void refusesACommandThatIsNoLine(String command) {
        assertThatThrownBy(() -> BuildPlan.of(command, null, null, HASH, null)).isInstanceOf(GheeException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1A", "A-B", "A=B", "A\n", "A B"})
    void refusesWhatIsNoVariable(String name) {
        assertThatThrownBy(() -> BuildPlan.of(null, null, null, HASH, Map.of(name, "x")))
                .isInstanceOf(GheeException.class);
    }

    @Test
    void showsNoVariablesValue() {
        assertThat(BuildPlan.of(null, null, null, HASH, Map.of("TOKEN", "s3cret"))
                        .toString())
                .contains("TOKEN")
                .doesNotContain("s3cret");
    }

    @Test
    void quotesTheCommandForTheShell() {
        assertThat(BuildPlan.of("echo 'hi'", null, null, HASH, null).script())
                .contains("/bin/sh -ec 'echo '\\''hi'\\'''");
    }
}
