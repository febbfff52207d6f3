package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.http.Method;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent, from outside: an answer below 500 that shows nothing of SQL, stack or host. The database's error code
 * and its remark on the caller's own value ({@code pg_code}, {@code pg_detail}) belong to the contract.
 */
class BadInputIT {
    private static final Pattern LEAK = Pattern.compile(
            "(?i)\\bselect\\b.+\\bfrom\\b|insert into|syntax error|pg_catalog|SQLSTATE|PSQLException|PgException"
                    + "|\\bat (dev\\.ghee|io\\.|java\\.|org\\.)|Exception|127\\.0\\.0\\.1:\\d|stack ?trace",
            Pattern.DOTALL);

    private static final List<String> BODIES = List.of(
            "",
            "null",
            "true",
            "42",
            "\"text\"",
            "[]",
            "{}",
            "[[[]]]",
            "{\"a\":",
            "{\"a\":1}{\"b\":2}",
            "{'a':1}",
            "{\"title\":{\"a\":[1]},\"size\":\"x\",\"id\":\"y\"}",
            "{\"title\":\"\\u0000\"}",
            "{\"title\":\"\\ud800\"}",
            "{\"title\":1e400,\"size\":1e400}",
            "{\"title\":\"x\",\"size\":99999999999999999999}",
            "{\"title\":\"x\",\"size\":1.5,\"extra\":{\"__proto__\":[]}}",
            "{\"id\":\"'; DROP TABLE notes; --\",\"title\":\"x\"}",
            "{\"\\\"; DROP TABLE notes; --\":1}",
            "{\"table_name\":\"notes\\\"; --\",\"user_column\":\"user_id\",\"policy_name\":\"a b\"}",
            "{\"table_name\":[],\"user_column\":{},\"policy_name\":1,\"command\":\"TRUNCATE\"}",
            "{\"table_name\":\"notes\",\"policy_name\":\"p\",\"using_expression\":\"1=1) OR (pg_sleep(10) IS NULL\"}",
            "{\"table_name\":\"notes\",\"policy_name\":\"p\",\"using_expression\":\"nosuch = 1\"}",
            "{\"table_name\":\"notes\",\"policy_name\":\"p\",\"using_expression\":\"((((\"}",
            "{\"schema\":{\"tables\":{\"a\\\"b\":{\"columns\":{}}}},\"dry_run\":true}",
            "{\"schema\":{\"tables\":{\"t\":{\"columns\":{\"c\":{\"type\":\"int; DROP TABLE x\"}}}}},\"dry_run\":true}",
            "{\"schema\":{\"tables\":{\"t\":{\"columns\":{\"c\":{\"type\":\"int\",\"default\":\"(SELECT 1\"}}}}}}",
            "{\"schema\":{\"tables\":[]},\"dry_run\":\"maybe\"}",
            "{\"tables\":\"notes\"}",
            "{\"tables\":[null,1,{},\"nosuch\",\"pg_class\"]}",
            "{\"name\":\"x\\\"; --\",\"region\":\"mars\",\"subdomain\":\"-\"}",
            "{\"name\":[],\"key_scope\":7,\"target_app_id\":{}}",
            "{\"email\":[],\"password\":{}}",
            "{\"email\":\"a@b.example'--\",\"password\":\"x\"}",
            "{\"email\":\"a@b.example\",\"password\":\"\\u0000\",\"code\":[],\"token\":{},\"new_password\":9}",
            "{\"refresh_token\":{\"$gt\":\"\"}}",
            "{\"refresh_token\":\"\\u0000'\"}",
            "{\"allowed_origins\":[\"javascript:alert(1)\",7]}",
            "{\"paused\":\"perhaps\",\"accessTokenTtl\":\"-1h\",\"refreshTokenTtlDays\":-1,\"access_mode\":\"all\"}",
            "{\"maxFileSizeMb\":1e99,\"visibility\":[],\"post_auth_function\":{}}",
            "[".repeat(3_000) + "]".repeat(3_000),
            "{\"extra\":" + "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000) + ",\"title\":\"deep\"}",
            "{\"title\":\"" + "x".repeat(900_000) + "\"}");

    private static TestApp app;
    private static String userToken;

    @BeforeAll
    static void build() {
        app = TestApp.create("fuzz").withNotes();
        userToken = app.signUp("ann").token();
    }

    static Stream<String> writes() {
        String id = app.id();
        return Stream.of(
                "POST /init",
                "POST /api-keys",
                "PATCH /v1/" + id + "/config/cors",
                "PATCH /v1/" + id + "/config/jwt",
                "PATCH /v1/" + id + "/config/storage",
                "PATCH /v1/" + id + "/config/auth-hooks",
                "PATCH /v1/" + id + "/config/access-mode",
                "PATCH /v1/" + id + "/config/visibility",
                "PATCH /v1/" + id + "/config/pause",
                "POST /v1/" + id + "/secure",
                "POST /v1/" + id + "/schema/apply",
                "POST /v1/" + id + "/rls",
                "POST /v1/" + id + "/rls/policies",
                "PATCH /v1/" + id + "/rls/policies/nosuch",
                "POST /v1/" + id + "/rls/enable",
                "POST /v1/" + id + "/realtime/configure",
                "POST /v1/" + id + "/notes",
                "PATCH /v1/" + id + "/notes?title=eq.nosuch",
                "PATCH /v1/" + id + "/notes/4b2b1f86-0000-4000-8000-000000000000",
                "POST /auth/" + id + "/signup",
                "POST /auth/" + id + "/login",
                "POST /auth/" + id + "/refresh",
                "POST /auth/" + id + "/logout",
                "POST /auth/" + id + "/verify-email",
                "POST /auth/" + id + "/forgot-password",
                "POST /auth/" + id + "/reset-password");
    }

    @ParameterizedTest
    @MethodSource("writes")
    void anyBodyIsAnsweredBelow500(String route) {
        String[] parts = route.split(" ", 2);
        List<String> bad = new ArrayList<>();
        for (String body : BODIES) {
            var request = app.platform().asOwner().contentType("application/json");
            Response answer = (body.isEmpty() ? request : request.body(body.getBytes(StandardCharsets.UTF_8)))
                    .request(Method.valueOf(parts[0]), parts[1]);
            judge(answer, body, bad);
        }
        // A body that is not even text, and one that says it is something else.
        judge(
                raw(parts, "application/json", new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'}),
                "",
                bad);
        judge(raw(parts, "text/plain", "x".getBytes(StandardCharsets.UTF_8)), "text/plain", bad);
        judge(raw(parts, "application/xml", "<a/>".getBytes(StandardCharsets.UTF_8)), "application/xml", bad);
        assertThat(bad).isEmpty();
    }

    private static Response raw(String[] route, String type, byte[] body) {
        return app.platform().asOwner().contentType(type).body(body).request(Method.valueOf(route[0]), route[1]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select=*;drop",
                "select=%27",
                "order=title.desc;--",
                "order=)(",
                "limit=-1&offset=-5",
                "limit=99999999999999999999",
                "limit=abc&offset=%00",
                "title=eq.'%20OR%201=1--",
                "title=bogus.1",
                "title=eq",
                "title=",
                "nosuch=eq.1",
                "%22;--=eq.1",
                "id=eq.notauuid",
                "id=in.()",
                "id=in.(1,2",
                "size=eq.1e999",
                "size=gt.99999999999999999999",
                "size=in.(1,x)",
                "title=fts.%27%26%7C!",
                "extra=eq.%7B",
                "extra=like.%25",
                "title=is.perhaps",
                "title=like.%5C",
                "title=eq.%00",
                "title=eq.%FF%FE",
                "title=eq.%ED%A0%80",
                "a%00b=eq.1",
                "a=%26%26b",
                "title=eq.a&title=eq.b"
            })
    void anyQueryIsAnsweredBelow500(String query) {
        List<String> bad = new ArrayList<>();
        for (String path : List.of("/notes", "/nosuch", "/notes/1")) {
            judge(app.platform().as(userToken).get(app.path(path + "?" + query)), path, bad);
            judge(app.platform().asOwner().get(app.path(path + "?" + query)), path, bad);
            judge(app.platform().asOwner().delete(app.path("/nosuch?" + query)), path, bad);
        }
        assertThat(bad).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "notes%22;--",
                "pg_class",
                "ghee.users",
                "_internal",
                "..%2f..%2fetc",
                "%00",
                "%F0%9F%92%A5",
                "%ED%A0%80",
                "NOTES",
                "information_schema.tables",
                "notes/%27",
                "notes/..%2f",
                "notes/a/b/c",
                "rls/%22",
                "rls/notes/%22",
                "realtime/%22",
                "realtime/nosuch",
                "admin/auth/users/nosuch",
                "admin/auth/users?limit=x&cursor=%25%25",
                "audit-logs?limit=x&offset=-1&from=never&to=%00&category=%27",
                "migrations?limit=%27",
                "config/nosuch"
            })
    void anyPathIsAnsweredBelow500(String rest) {
        List<String> bad = new ArrayList<>();
        for (Method method : List.of(Method.GET, Method.DELETE, Method.PATCH, Method.POST, Method.PUT)) {
            judge(app.platform().asOwner().request(method, app.path("/" + rest)), method + " " + rest, bad);
        }
        assertThat(bad).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer ",
                "Bearer x",
                "Bearer bb_sk_",
                "Bearer bb_sk_0000000000000000000000000000000000000000",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
                "Bearer a.b.c",
                "Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2V0Yy9wYXNzd2QifQ.e30.AA",
                "Basic Og==",
                "bearer",
                "Bearer 0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void anyCredentialIsAnsweredBelow500(String authorization) {
        List<String> bad = new ArrayList<>();
        for (String path : List.of(app.path("/notes"), app.path("/schema"), "/apps", app.auth("/me"), "/api-keys")) {
            Response answer = app.platform()
                    .anonymous()
                    .header("Authorization", authorization)
                    .get(path);
            judge(answer, path, bad);
        }
        assertThat(bad).isEmpty();
    }

    @Test
    void aBodyOverTheLimitIs413() {
        byte[] body = new byte[2 << 20];
        Response answer = app.asOwner().body(body).post(app.path("/notes"));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat((String) answer.path("error.code")).isEqualTo("REQUEST_ERROR");
    }

    @Test
    void hugeHeadersAre431() {
        Response answer = app.asOwner().header("X-Huge", "x".repeat(30_000)).get(app.path("/notes"));
        assertThat(answer.statusCode()).isEqualTo(431);
    }

    @Test
    void mutatedBodiesAreAnsweredBelow500() {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        var random = new Random(seed);
        List<String> bad = new ArrayList<>();
        List<String> routes = writes().toList();
        for (int i = 0; i < 300; i++) {
            byte[] body = BODIES.get(random.nextInt(BODIES.size() - 3)).getBytes(StandardCharsets.UTF_8);
            for (int m = 0; m < 3 && body.length > 0; m++) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            String[] route = routes.get(random.nextInt(routes.size())).split(" ", 2);
            judge(raw(route, "application/json", body), route[1], bad);
        }
        assertThat(bad).as("seed %d", seed).isEmpty();
    }

    private static void judge(Response answer, String what, List<String> bad) {
        String body = answer.asString();
        boolean paused = body.contains("\"APP_PAUSED\"");
        if ((answer.statusCode() >= 500 && !paused)
                || (answer.statusCode() >= 400 && LEAK.matcher(body).find())) {
            String sent = what.length() > 120 ? what.substring(0, 120) + "…" : what;
            bad.add(String.format(Locale.ROOT, "%s → %d %s", sent, answer.statusCode(), body));
        }
    }
}
