package dev.ghee.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointsTest {
    private static final Endpoints.Entry POSTGRES = new Endpoints.Entry(
            new OsProcess(12, "345", Path.of("/home/logs/postgres.us-east-1.log")),
            Map.of("url", "postgresql://postgres:secret@127.0.0.1:5/postgres"));

    @TempDir
    private Path folder;

    private Path write() {
        Path file = folder.resolve("endpoints.json");
        new Endpoints(Map.of("postgres.us-east-1", POSTGRES)).write(file);
        return file;
    }

    @Test
    void namesWithDotsAreNested() throws IOException {
        var region = StackHome.JSON.readTree(write().toFile()).at("/postgres/us-east-1");
        assertThat(region.get("url").asText()).isEqualTo(POSTGRES.get("url"));
        assertThat(region.get("pid").asLong()).isEqualTo(12);
        assertThat(region.get("log").asText()).isEqualTo("/home/logs/postgres.us-east-1.log");
    }

    @Test
    void readsBackWhatWasWritten() {
        assertThat(Endpoints.read(write()).asMap()).isEqualTo(Map.of("postgres.us-east-1", POSTGRES));
    }

    @Test
    void onlyTheOwnerMayReadTheFile() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(write())))
                .isEqualTo("rw-------");
    }

    @Test
    void aDamagedFileCountsAsNone() throws IOException {
        Path file = Files.writeString(folder.resolve("endpoints.json"), "{\"kafka\": {");
        assertThat(Endpoints.read(file).asMap()).isEmpty();
    }

    @Test
    void aMissingComponentIsNamed() {
        assertThatThrownBy(() -> new Endpoints(Map.of()).get("kafka"))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("kafka");
    }
}
