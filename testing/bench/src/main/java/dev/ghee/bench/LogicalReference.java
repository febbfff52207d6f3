package dev.ghee.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** What Postgres' own reader of logical slots does with the same kind of log. */
final class LogicalReference {
    private static final String SLOT = "bench_reference";

    private LogicalReference() {}

    /** One-row transactions per second, decoded by pgoutput and thrown away. */
    static double measure(BenchStack stack, int rows) throws Exception {
        try (RealtimeApp app = RealtimeApp.create(stack)) {
            app.execute("CREATE TABLE t (id int PRIMARY KEY, body text)");
            app.live("t");
            String end;
            try (Connection owner = app.cluster().admin(app.id().database());
                    Statement sql = owner.createStatement()) {
                sql.execute("SELECT pg_create_logical_replication_slot('" + SLOT + "', 'pgoutput')");
                sql.execute("SET synchronous_commit = off");
                sql.execute("DO $$ BEGIN FOR i IN 1.." + rows
                        + " LOOP INSERT INTO t VALUES (i, 'Hello, this is a message'); COMMIT; END LOOP; END $$");
                try (ResultSet row = sql.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
                    row.next();
                    end = row.getString(1);
                }
                sql.execute("CHECKPOINT");
                sql.execute("INSERT INTO t VALUES (0, 'end')");
            }
            return rows / seconds(app, end);
        }
    }

    private static double seconds(RealtimeApp app, String end) throws IOException, InterruptedException {
        var command = new ProcessBuilder(
                program(),
                "--start",
                "--slot=" + SLOT,
                "--endpos=" + end,
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
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
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
