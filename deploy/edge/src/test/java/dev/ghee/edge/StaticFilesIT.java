package dev.ghee.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesIT {
    @TempDir
    private static Path directory;

    private static TestEdge edge;

    @BeforeAll
    static void start() throws Exception {
        Path root = Files.createDirectories(directory.resolve("examples"));
        Files.createDirectories(root.resolve("chat/.git"));
        Files.writeString(root.resolve("chat/index.html"), "<p>chat</p>");
        Files.writeString(root.resolve("chat/app.js"), "js");
        Files.writeString(root.resolve("chat/setup.sh"), "secret");
        Files.writeString(root.resolve("chat/.git/config.json"), "secret");
        Files.writeString(directory.resolve("outside.json"), "secret");
        Files.createSymbolicLink(root.resolve("chat/link.json"), directory.resolve("outside.json"));
        edge = TestEdge.before(request -> request.response().end("backend"), Set.of(), root);
    }

    @AfterAll
    static void stop() throws Exception {
        edge.close();
    }

    private static String get(String path) throws Exception {
        try (var connection = new RawConnection(edge.port())) {
            return connection
                    .send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .receive();
        }
    }

    @Test
    void servesADirectorysIndex() throws Exception {
        assertThat(get("/examples/chat/"))
                .startsWith("HTTP/1.1 200 ")
                .contains("content-type: text/html", "content-security-policy: ", "<p>chat</p>");
    }

    @Test
    void sendsABrowserToTheDirectoryProper() throws Exception {
        assertThat(get("/examples/chat")).startsWith("HTTP/1.1 308 ").contains("location: /examples/chat/");
    }

    @Test
    void namesTheTypeOfAScript() throws Exception {
        assertThat(get("/examples/chat/app.js")).contains("content-type: text/javascript");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/examples/chat/setup.sh",
                "/examples/chat/.git/config.json",
                "/examples/chat/link.json",
                "/examples/chat/../../outside.json",
                "/examples/chat/%2e%2e/%2e%2e/outside.json",
                "/examples/%2fetc/passwd",
                "/examples/none.html",
                "/examples/"
            })
    void servesNothingElse(String path) throws Exception {
        assertThat(get(path)).matches("(?s)HTTP/1\\.1 (400|404) .*").doesNotContain("secret", "root:");
    }
}
