package dev.ghee.bench;

import dev.ghee.bench.HttpLoad.Latencies;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The data API under an end user's token, through the edge: list 20 rows, get one, insert one. Beside each, pgbench
 * runs the same transaction in the five statements that a client without pipelining needs.
 */
final class RestBench implements Benchmark {
    private static final int USERS = 8;
    private static final int ROWS_PER_USER = 500;
    private static final List<Integer> CONNECTIONS = List.of(16, 64);
    private static final long WARM_UP_REQUESTS = 30_000;
    private static final int MAX_WARM_UP_SECONDS = 60;
    private static final String BEGIN = """
            BEGIN;
            SET LOCAL ROLE butterbase_user;
            SELECT set_config('request.jwt.claim.sub', '%1$s', true), set_config('request.jwt.claims', '{"sub":"%1$s"}', true), set_config('app.role', 'butterbase_user', true);
            """;

    /** One kind of request and the SQL that does the same. */
    private record Load(String name, List<byte[]> requests, String sql) {}

    @Override
    public String name() {
        return "rest";
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        Duration length = options.length();
        BenchApp app = BenchApp.create(stack);
        List<BenchApp.User> users = app.signUp(USERS);
        app.execute(
                """
                CREATE TABLE notes (
                  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id text NOT NULL, title text NOT NULL,
                  body text, done boolean NOT NULL DEFAULT false, created_at timestamptz NOT NULL DEFAULT now())""",
                "CREATE INDEX ON notes (user_id, created_at DESC)",
                "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE notes FORCE ROW LEVEL SECURITY",
                "CREATE POLICY own ON notes TO butterbase_user USING (user_id = current_user_id())"
                        + " WITH CHECK (user_id = current_user_id())");
        for (BenchApp.User user : users) {
            app.execute("INSERT INTO notes (id, user_id, title, body, created_at) SELECT md5('" + user.id()
                    + "' || i)::uuid, '" + user.id()
                    + "', 'Note ' || i, repeat('text ', 12), now() - i * interval '1 min'"
                    + " FROM generate_series(1, " + ROWS_PER_USER + ") AS i");
        }
        app.execute("VACUUM ANALYZE notes");

        out.println("load       " + HttpLoad.NAME);
        out.println("database   " + app.id() + ", table of " + USERS * ROWS_PER_USER + " rows, " + USERS + " users");
        List<Load> loads = loads(app, users);
        for (Load load : loads) {
            warmUp(stack, load);
        }
        for (int connections : CONNECTIONS) {
            for (Load load : loads) {
                measure(stack, app, load, connections, length, out);
            }
        }
        out.println(ProcessUsage.start(stack.endpoints()).memory());
        return true;
    }

    /** Until the compilers are done, a JVM measures itself; on a busy machine that takes long, hence by requests. */
    private static void warmUp(BenchStack stack, Load load) throws IOException {
        var http = new HttpLoad(stack.edgeUrl(), load.requests());
        long sent = 0;
        for (int second = 0; second < MAX_WARM_UP_SECONDS && sent < WARM_UP_REQUESTS; second++) {
            sent += http.run(CONNECTIONS.getFirst(), Duration.ofSeconds(1)).count();
        }
    }

    private static void measure(
            BenchStack stack, BenchApp app, Load load, int connections, Duration length, PrintStream out)
            throws Exception {
        double reference = app.pgBench().run(load.sql(), connections, length);
        var http = new HttpLoad(stack.edgeUrl(), load.requests());
        http.run(connections, length.dividedBy(4));
        ProcessUsage usage = ProcessUsage.start(stack.endpoints());
        Latencies measured = http.run(connections, length);
        out.printf(
                Locale.ROOT,
                "%-10s %2d connections  ghee %s  pgbench %6.0f tps  ratio %.2f%n",
                load.name(),
                connections,
                measured,
                reference,
                measured.perSecond() / reference);
        out.println("           " + usage.report(measured.count()));
    }

    private static List<Load> loads(BenchApp app, List<BenchApp.User> users) {
        List<byte[]> list = new ArrayList<>();
        List<byte[]> get = new ArrayList<>();
        List<byte[]> insert = new ArrayList<>();
        for (BenchApp.User user : users) {
            var headers = new java.util.TreeMap<>(Map.of("Authorization", "Bearer " + user.accessToken()));
            headers.putAll(BenchStack.bypass());
            list.add(HttpLoad.request("GET", app.path("notes?order=created_at.desc&limit=20"), headers, ""));
            IntStream.rangeClosed(1, 50)
                    .mapToObj(i -> HttpLoad.request("GET", app.path("notes/" + uuid(user, i)), headers, ""))
                    .forEach(get::add);
            insert.add(HttpLoad.request(
                    "POST",
                    app.path("notes"),
                    headers,
                    "{\"user_id\":\"" + user.id() + "\",\"title\":\"New\",\"body\":\"" + "text ".repeat(12) + "\"}"));
        }
        BenchApp.User first = users.getFirst();
        String begin = BEGIN.formatted(first.id());
        return List.of(
                new Load("list 20", list, begin + "SELECT * FROM notes ORDER BY created_at DESC LIMIT 20;\nCOMMIT;\n"),
                new Load(
                        "get one",
                        get,
                        "\\set i random(1, 50)\n" + begin + "SELECT * FROM notes WHERE id = md5('" + first.id()
                                + "' || :i)::uuid;\nCOMMIT;\n"),
                new Load(
                        "insert one",
                        insert,
                        begin + "INSERT INTO notes (user_id, title, body) VALUES ('" + first.id() + "', 'New', '"
                                + "text ".repeat(12) + "') RETURNING *;\nCOMMIT;\n"));
    }

    /** The id that {@code md5(user || i)::uuid} gives in Postgres. */
    private static String uuid(BenchApp.User user, int i) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("MD5")
                    .digest((user.id() + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            String hex = java.util.HexFormat.of().formatHex(digest);
            return hex.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has MD5", e);
        }
    }
}
