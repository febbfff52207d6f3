package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A cluster run in a container; its data is the same kind of folder under the home. */
final class PostgresContainer extends PostgresCluster {
    private static final String IMAGE = "pgvector/pgvector:0.8.1-pg17";
    private static final int PORT_INSIDE = 5432;
    private static final String DATA_INSIDE = "/var/lib/postgresql/data";

    PostgresContainer(StackHome home, String region, int port, String password) {
        super(home, region, port, password);
    }

    @Override
    public void prepare() throws IOException {
        Files.createDirectories(data);
    }

    @Override
    public List<String> command() {
        List<String> inside = new ArrayList<>(
                List.of("--env", "POSTGRES_PASSWORD=" + password, "--env", "PGDATA=" + DATA_INSIDE + "/cluster", "--"));
        inside.add("postgres");
        inside.addAll(settings(Map.of()));
        return Containers.command(name(), IMAGE, port, PORT_INSIDE, data, DATA_INSIDE, inside);
    }

    @Override
    public Path workingDirectory() {
        return data;
    }

    @Override
    public Duration startLimit() {
        // The image may have to be pulled.
        return Duration.ofMinutes(5);
    }
}
