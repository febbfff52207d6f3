package dev.ghee.control.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a holder of a valid credential sends, the answer is no 500 and holds no SQL and no class name. */
@QuarkusTest
@WithTestResource(StackResource.class)
class BadInputFuzzIT {
    private static final int ROUNDS = 400;
    private static final List<String> FIELDS = List.of(
            "name",
            "subdomain",
            "region",
            "organization_id",
            "allowed_origins",
            "accessTokenTtl",
            "refreshTokenTtlDays",
            "publicReadEnabled",
            "storageLimitBytes",
            "maxFileSizeMb",
            "allowedContentTypes",
            "post_auth_function",
            "access_mode",
            "visibility",
            "listed",
            "paused",
            "reason",
            "strict_rls",
            "key_scope",
            "target_app_id",
            "additional_scopes",
            "scope",
            "scopes");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e400",
            "99999999999999999999",
            "\"\"",
            "\"'; DROP TABLE app; --\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"$1 :x ?1\"",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            "{\"a\":[{}]}",
            "\"app\"",
            "\"public\"",
            "[\"*\"]",
            "\"" + "x".repeat(3000) + "\"",
            "NaN",
            "\"../../etc\"");
    private static final List<String> TEXTS = List.of(
            "app_000000000000",
            "app_",
            "x",
            "'",
            "%00",
            "%2e%2e%2f",
            "a%20OR%201=1",
            "app_00000000000%27",
            "app_AAAAAAAAAAAA",
            "%F0%9F%92%A9",
            "-1",
            "null");

    @Test
    void isAnsweredWithACallersError() {
        long seed = Long.getLong("ghee.test.seed", System.nanoTime());
        var random = new Random(seed);
        Api person = Api.stranger();
        String app = person.readyApp();
        for (int round = 0; round < ROUNDS; round++) {
            String method = pick(random, List.of("GET", "POST", "PATCH", "DELETE", "PUT"));
            String path = path(random, app);
            String body = body(random);
            Response response = person.request()
                    .urlEncodingEnabled(false)
                    .contentType(random.nextInt(8) == 0 ? "text/plain" : "application/json")
                    .body(body)
                    .request(method, path);
            String what = "seed " + seed + ": " + method + " " + path + " " + body;
            assertThat(response.statusCode()).as(what).isLessThan(500);
            if (response.statusCode() >= 400) {
                assertThat(response.asString().toLowerCase(Locale.ROOT))
                        .as(what)
                        .doesNotContain(
                                "dev.ghee", "org.hibernate", "exception", "insert into", "sqlstate", "pgexception");
            }
        }
    }

    private static String path(Random random, String app) {
        String id = random.nextInt(4) == 0 ? pick(random, TEXTS) : app;
        String setting = pick(
                random,
                List.of(
                        "cors",
                        "jwt",
                        "storage",
                        "auth-hooks",
                        "access-mode",
                        "visibility",
                        "strict-rls",
                        "pause",
                        "x"));
        String query =
                pick(random, List.of("limit", "offset", "from", "category", "action", "actor_id", "resource_id"));
        return switch (random.nextInt(8)) {
            case 0 -> "/init";
            case 1 -> "/apps";
            case 2 -> "/apps/" + pick(random, TEXTS) + "/status";
            case 3 -> "/api-keys?scope=" + pick(random, TEXTS);
            case 4 -> "/api-keys/" + pick(random, TEXTS);
            case 5 -> "/v1/" + id + "/audit-logs?" + query + "=" + pick(random, TEXTS);
            case 6 -> "/v1/internal/" + pick(random, TEXTS) + "/" + id;
            default -> "/v1/" + id + "/config/" + setting;
        };
    }

    private static String body(Random random) {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            members.add("\"" + pick(random, FIELDS) + "\":" + pick(random, VALUES));
        }
        String object = "{" + String.join(",", members) + "}";
        return switch (random.nextInt(12)) {
            case 0 -> object.substring(0, object.length() / 2);
            case 1 -> "";
            case 2 -> "[".repeat(2000);
            case 3 -> pick(random, VALUES);
            default -> object;
        };
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
