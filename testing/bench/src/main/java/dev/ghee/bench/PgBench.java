package dev.ghee.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs Postgres' own pgbench on an app's database, as the login that requests use. */
final class PgBench {
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    private final String host;
    private final String port;
    private final String database;
    private final String password;

    PgBench(String host, String port, String database, String password) {
        this.host = host;
        this.port = port;
        this.database = database;
        this.password = password;
    }

    /** Transactions per second of this script with prepared statements. */
    double run(String script, int clients, Duration length) throws IOException, InterruptedException {
        Path file = Files.createTempFile("ghee-bench", ".sql");
        try {
            Files.writeString(file, script);
            var command = new ProcessBuilder(
                    program(),
                    "--no-vacuum",
                    "--protocol=prepared",
                    "--client=" + clients,
                    "--jobs=" + Math.min(clients, Runtime.getRuntime().availableProcessors()),
                    "--time=" + length.toSeconds(),
                    "--file=" + file,
                    "--host=" + host,
                    "--port=" + port,
                    "--username=ghee_authenticator",
                    database);
            command.environment().put("PGPASSWORD", password);
            Process process = command.redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher tps = TPS.matcher(output);
            if (process.waitFor() != 0 || !tps.find()) {
                throw new IOException("pgbench failed: " + output);
            }
            return Double.parseDouble(tps.group(1));
        } finally {
            Files.delete(file);
        }
    }

    private static String program() throws IOException {
        for (String home : List.of("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")) {
            if (Files.isDirectory(Path.of(home))) {
                try (Stream<Path> versions = Files.list(Path.of(home))) {
                    var found = versions.map(version -> version.resolve("bin/pgbench"))
                            .filter(Files::isExecutable)
                            .max(Path::compareTo);
                    if (found.isPresent()) {
                        return found.get().toString();
                    }
                }
            }
        }
        return "pgbench";
    }
}
