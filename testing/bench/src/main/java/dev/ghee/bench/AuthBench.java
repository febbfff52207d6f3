package dev.ghee.bench;

import dev.ghee.bench.HttpLoad.Latencies;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What sign-ins do to others: reading one row, first alone, then while 16 users of another app sign in again and
 * again. The reads' p99 must stay within three times its quiet value.
 */
final class AuthBench implements Benchmark {
    private static final int USERS = 16;
    private static final int READERS = 4;

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        Duration length = options.length();
        if (BenchStack.bypass().isEmpty()) {
            out.println(
                    "auth       skipped: sign-ins are rate-limited; set RATE_LIMIT_BYPASS_TOKEN for stack and bench");
            return true;
        }
        HttpLoad reads = reads(stack);
        HttpLoad logins = logins(stack);

        Latencies quiet = reads.run(READERS, length);
        out.println("get one    quiet               " + quiet);
        Latencies busy;
        Latencies signIns;
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Callable<Latencies> load = () -> logins.run(USERS, length.multipliedBy(2));
            Future<Latencies> running = other.submit(load);
            busy = reads.run(READERS, length);
            signIns = running.get();
        }
        out.println("get one    with 16 sign-ins    " + busy);
        out.println("sign-in    16 at once          " + signIns);
        out.printf(
                Locale.ROOT,
                "get one    p99 ratio %.1f (at most 3.0 wanted)%n",
                busy.percentile(99) / Math.max(0.01, quiet.percentile(99)));
        return true;
    }

    private static HttpLoad reads(BenchStack stack) throws Exception {
        BenchApp app = BenchApp.create(stack);
        BenchApp.User user = app.signUp(1).getFirst();
        app.execute(
                "CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id text NOT NULL, title text)",
                "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON notes TO butterbase_user USING (user_id = current_user_id())",
                "INSERT INTO notes (id, user_id, title) VALUES ('00000000-0000-0000-0000-000000000001', '" + user.id()
                        + "', 'Note')");
        var headers = Map.of("Authorization", "Bearer " + user.accessToken());
        return new HttpLoad(
                stack.edgeUrl(),
                List.of(HttpLoad.request("GET", app.path("notes/00000000-0000-0000-0000-000000000001"), headers, "")));
    }

    private static HttpLoad logins(BenchStack stack) throws Exception {
        BenchApp app = BenchApp.create(stack);
        app.signUp(USERS);
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            requests.add(HttpLoad.request(
                    "POST",
                    "/auth/" + app.id() + "/login",
                    BenchStack.bypass(),
                    "{\"email\":\"user" + i + "@example.com\",\"password\":\"" + BenchApp.PASSWORD + "\"}"));
        }
        return new HttpLoad(stack.edgeUrl(), requests);
    }
}
