package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/quickstart.md}, run as printed, then its WebSocket. */
class QuickstartIT {
    private static final Pattern STEP = Pattern.compile("<!-- step -->\n```bash\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path directory;

    private static String commands() throws Exception {
        Platform platform = Platform.running();
        String text = Files.readString(Platform.repository().resolve("docs/quickstart.md"));
        var script = new StringBuilder("set -euo pipefail\n");
        Matcher step = STEP.matcher(text);
        while (step.find()) {
            script.append(step.group(1));
        }
        return script.append("echo \"APP=$APP\"\necho \"TOKEN=$TOKEN\"\n")
                .toString()
                .replace("http://127.0.0.1:4000", platform.url())
                .replace("\"quickstart\"", "\"quickstart-" + UUID.randomUUID() + "\"");
    }

    private String run(String script) throws Exception {
        Files.createDirectories(directory.resolve(".ghee"));
        Files.writeString(
                directory.resolve(".ghee/owner.key"), Platform.running().ownerKey());
        Process shell = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).as(output).isZero();
        return output;
    }

    private static String variable(String output, String name) {
        return output.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyCommandWorksAndTheSocketHearsTheNextInsert() throws Exception {
        String output = run(commands());
        assertThat(output).contains("\"title\":\"Hello\"", "{\"notes\":1}").doesNotContain("\"error\"");
        Platform platform = Platform.running();
        String path = "/v1/" + variable(output, "APP");
        String token = variable(output, "TOKEN");
        try (var socket = LiveSocket.connect(platform.socketUrl() + path + "/realtime?token=" + token)) {
            socket.subscribe("notes");
            String id = platform.as(token)
                    .contentType("application/json")
                    .body("{\"title\":\"again\"}")
                    .post(path + "/notes")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("id");
            socket.await(frame -> LiveSocket.isChange(frame, "INSERT", id));
        }
    }
}
