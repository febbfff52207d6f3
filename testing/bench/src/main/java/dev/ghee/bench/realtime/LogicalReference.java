package dev.ghee.bench.realtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Postgres' own reader of logical slots does with a log: decoded by pgoutput and thrown away. */
final class LogicalReference {
    /** Name of the slot that it reads. */
    static final String SLOT = "bench_reference";

    private LogicalReference() {}

    /** Reads the slot to this position; seconds from the program's start to its end. */
    static double seconds(RealtimeApp app, String endLsn) throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                program(),
                "--start",
                "--slot=" + SLOT,
                "--endpos=" + endLsn,
                "--file=/dev/null",
                "--option=proto_version=2",
                "--option=publication_names=ghee_realtime",
                "--option=binary=true",
                "--host=" + app.cluster().host(),
                "--port=" + app.cluster().port(),
                "--username=ghee_replicator",
                "--dbname=" + app.id().database());
        command.environment().put("PGPASSWORD", app.cluster().replicatorPassword());
        long begin = System.nanoTime();
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("pg_recvlogical failed: " + output);
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static String program() throws IOException {
        for (String home : List.of("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt")) {
            if (Files.isDirectory(Path.of(home))) {
                try (Stream<Path> versions = Files.list(Path.of(home))) {
                    var found = versions.map(version -> version.resolve("bin/pg_recvlogical"))
                            .filter(Files::isExecutable)
                            .max(Path::compareTo);
                    if (found.isPresent()) {
                        return found.get().toString();
                    }
                }
            }
        }
        return "pg_recvlogical";
    }
}
