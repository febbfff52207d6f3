package dev.ghee.bench;

import dev.ghee.bench.HttpLoad.Latencies;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What signing in costs, and what it does to others. {@code login}: sign-ins beside bare Argon2id of the same cost on as
 * many threads, and the reads of another app meanwhile. {@code refresh}: each connection exchanges its refresh token for
 * the next, again and again. {@code token}: verifying access tokens as every service does, without a network.
 */
final class AuthBench implements Benchmark {
    private static final int USERS = 16;
    private static final int READERS = 4;
    private static final int REFRESHERS = 32;
    private static final Pattern REFRESH = Pattern.compile("\"refresh_token\":\"([A-Za-z0-9_-]{43})\"");
    private static final Pattern ACCESS = Pattern.compile("\"access_token\":\"([A-Za-z0-9_.-]+)\"");
    private static final int MAX_TOKENS = 20_000;

    private static final double BAR_HASHES = 0.8;
    private static final double BAR_READS = 2.0;
    private static final double BAR_REFRESHES = 1000;
    private static final double BAR_REFRESH_MILLIS = 50;
    private static final double BAR_VERIFY_MICROS = 50;

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public List<String> parts() {
        return List.of("login", "refresh", "token");
    }

    @Override
    public boolean run(BenchStack stack, Options options, PrintStream out) throws Exception {
        if (BenchStack.bypass().isEmpty()) {
            out.println(
                    "auth       skipped: sign-ins are rate-limited; set RATE_LIMIT_BYPASS_TOKEN for stack and bench");
            return true;
        }
        boolean held = true;
        if (wanted(options, "login")) {
            held = login(stack, options, out);
        }
        if (wanted(options, "refresh") || wanted(options, "token")) {
            held &= refresh(stack, options, out);
        }
        return held;
    }

    private static boolean wanted(Options options, String part) {
        return options.parts().isEmpty() || options.parts().contains(part);
    }

    private static boolean login(BenchStack stack, Options options, PrintStream out) throws Exception {
        Duration length = options.length();
        HttpLoad reads = reads(stack);
        HttpLoad logins = logins(stack);
        // Long, because the bare hashes stand in a loop that the compiler gets at sooner.
        logins.run(USERS, length.multipliedBy(2));
        reads.run(READERS, length);

        double bare = BareArgon2.hashesPerSecond(length);
        Latencies alone = logins.run(USERS, length);
        double ratio = alone.perSecond() / bare;
        out.println("sign-in    16 at once          " + alone);
        out.printf(
                Locale.ROOT,
                "sign-in    %.2f of bare Argon2id, %.1f hashes/s on %d thread(s) (at least %.1f wanted)%n",
                ratio,
                bare,
                BareArgon2.threads(),
                BAR_HASHES);

        Latencies quiet = reads.run(READERS, length);
        out.println("get one    quiet               " + quiet);
        Latencies busy;
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Callable<Latencies> load = () -> logins.run(USERS, length.multipliedBy(2));
            Future<Latencies> running = other.submit(load);
            busy = reads.run(READERS, length);
            running.get();
        }
        double slower = busy.percentile(99) / Math.max(0.01, quiet.percentile(99));
        out.println("get one    with 16 sign-ins    " + busy);
        out.printf(Locale.ROOT, "get one    p99 ratio %.1f (at most %.1f wanted)%n", slower, BAR_READS);
        return ratio >= BAR_HASHES && slower <= BAR_READS;
    }

    private static boolean refresh(BenchStack stack, Options options, PrintStream out) throws Exception {
        BenchApp app = BenchApp.create(stack);
        var tokens = new ConcurrentLinkedQueue<String>();
        for (String token : app.refreshTokens(REFRESHERS)) {
            tokens.add(token);
        }
        var accessTokens = new ConcurrentLinkedQueue<String>();
        var load = new HttpLoad(stack.edgeUrl(), () -> dialogue(app, tokens, accessTokens));
        load.run(REFRESHERS, options.length().multipliedBy(2));
        // What the warm-up exchanged is kept by nobody: each connection of the measurement begins with a new sign-in.
        tokens.addAll(app.refreshTokensAgain(REFRESHERS));
        accessTokens.clear();
        boolean held = true;
        Latencies latencies = load.run(REFRESHERS, options.length());
        if (wanted(options, "refresh")) {
            out.println("refresh    32 at once          " + latencies);
            out.printf(
                    Locale.ROOT,
                    "refresh    at least %.0f/s with p99 of at most %.0f ms wanted%n",
                    BAR_REFRESHES,
                    BAR_REFRESH_MILLIS);
            held = latencies.perSecond() >= BAR_REFRESHES && latencies.percentile(99) <= BAR_REFRESH_MILLIS;
        }
        if (wanted(options, "token")) {
            var verification = TokenVerification.measure(app.jwks(), app.id(), List.copyOf(accessTokens));
            out.println("token      " + verification);
            held &= verification.p50Micros() <= BAR_VERIFY_MICROS;
        }
        return held;
    }

    private static HttpLoad.Dialogue dialogue(
            BenchApp app, ConcurrentLinkedQueue<String> tokens, ConcurrentLinkedQueue<String> accessTokens) {
        String first = tokens.remove();
        return answer -> {
            String token = first;
            if (!answer.isEmpty()) {
                token = found(REFRESH, answer);
                if (accessTokens.size() < MAX_TOKENS) {
                    accessTokens.add(found(ACCESS, answer));
                }
            }
            return HttpLoad.request(
                    "POST",
                    "/auth/" + app.id() + "/refresh",
                    BenchStack.bypass(),
                    "{\"refresh_token\":\"" + token + "\"}");
        };
    }

    private static String found(Pattern pattern, String answer) {
        Matcher matcher = pattern.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException("no token in " + answer);
        }
        return matcher.group(1);
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
        Map<String, String> headers = new HashMap<>(BenchStack.bypass());
        headers.put("Authorization", "Bearer " + user.accessToken());
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
