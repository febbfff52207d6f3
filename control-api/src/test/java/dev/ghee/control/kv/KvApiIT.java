package dev.ghee.control.kv;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KvApiIT {
    private KvApp app;

    @BeforeEach
    void app() {
        if (app == null) {
            app = KvApp.create();
        }
    }

    @Test
    void valuesAreSetReadAndDeleted() {
        app.service("PUT", "a/b:c", "{\"value\":{\"n\":[1,null,\"ä\"]},\"ephemeral\":true}")
                .then()
                .statusCode(204)
                .body(emptyString());
        Response found = app.service("GET", "a/b:c");
        found.then().statusCode(200).contentType("application/json");
        assertThat(found.asString()).isEqualTo("{\"value\":{\"n\":[1,null,\"ä\"]}}");
        app.service("GET", "a%2Fb%3Ac").then().statusCode(200).body("value.n", hasSize(3));
        app.service("GET", "a/b:c/exists").then().statusCode(200).body("exists", equalTo(true));
        app.service("GET", "a/b:c/ttl").then().statusCode(200).body("ttl", equalTo(30 * 24 * 3600));
        app.service("DELETE", "a/b:c").then().statusCode(200).body("deleted", equalTo(1));
        app.service("DELETE", "a/b:c").then().statusCode(200).body("deleted", equalTo(0));
        app.service("GET", "a/b:c")
                .then()
                .statusCode(404)
                .body("error", equalTo("not_found"))
                .body("$", hasKey("message"));
        app.service("GET", "a/b:c/ttl").then().statusCode(404);
    }

    @Test
    void aStoredNullIsAValue() {
        app.service("PUT", "null", "{\"value\":null,\"ttl\":null}").then().statusCode(204);
        app.service("GET", "null").then().statusCode(200).body("value", nullValue());
        app.service("GET", "null/ttl").then().statusCode(200).body("ttl", nullValue());
    }

    @Test
    void lifetimesAreChangedAndRenewed() {
        app.service("PUT", "life", "{\"value\":1,\"ttl\":1000}").then().statusCode(204);
        app.service("POST", "life/expire", "{\"ttl\":50}")
                .then()
                .statusCode(200)
                .body("applied", equalTo(true))
                .body("ok", equalTo(true));
        app.service("GET", "life?touch=true").then().statusCode(200);
        app.service("GET", "life/ttl").then().body("ttl", equalTo(50));
        app.service("POST", "life/expire", "{\"ttl\":null}").then().body("ok", equalTo(true));
        app.service("GET", "life/ttl").then().body("ttl", nullValue());
        app.service("POST", "missing/expire", "{\"ttl\":50}")
                .then()
                .statusCode(200)
                .body("ok", equalTo(false));
    }

    @Test
    void countersCount() {
        app.service("POST", "count/incr").then().statusCode(200).body("value", equalTo(1));
        app.service("POST", "count/incr", "{\"by\":41}").then().body("value", equalTo(42));
        app.service("POST", "count/decr", "{}").then().body("value", equalTo(41));
        app.service("GET", "count").then().body("value", equalTo(41));
        app.service("PUT", "text", "{\"value\":\"x\"}");
        app.service("POST", "text/incr").then().statusCode(400).body("error", equalTo("bad_request"));
    }

    @Test
    void writesUnderConditions() {
        app.service("POST", "once/setnx", "{\"value\":1}")
                .then()
                .statusCode(201)
                .body("wrote", equalTo(true));
        app.service("POST", "once/setnx", "{\"value\":2}")
                .then()
                .statusCode(200)
                .body("wrote", equalTo(false));
        app.service("POST", "once/cas", "{\"expected\":2,\"next\":3}").then().body("swapped", equalTo(false));
        app.service("POST", "once/cas", "{\"expected\":1,\"next\":3}").then().body("swapped", equalTo(true));
        app.service("GET", "once/ttl").then().body("ttl", nullValue());
        app.service("POST", "nothing/cas", "{\"expected\":null,\"next\":3}")
                .then()
                .body("swapped", equalTo(false));
    }

    @Test
    void aBatchAnswersEachInItsPlace() {
        app.service("POST", "_batch", """
                        {"ops":[{"op":"set","key":"b1","value":[1]},{"op":"get","key":"b1"},{"op":"get","key":"gone"},
                        {"op":"get","key":"_no"},{"op":"del","key":"b1"},{"op":"jump","key":"b1"},{"op":"set","key":"b1"}]}""")
                .then()
                .statusCode(200)
                .body("results[0].ok", equalTo(true))
                .body("results[1].value", contains(1))
                .body("results[2].value", nullValue())
                .body("results[3].error", equalTo("key_invalid"))
                .body("results[4].deleted", equalTo(1))
                .body("results[5].error", equalTo("bad_request"))
                .body("results[6].error", equalTo("bad_request"));
        app.service("POST", "_batch", "{\"ops\":[" + "{\"op\":\"get\",\"key\":\"a\"},".repeat(100) + "{}]}")
                .then()
                .statusCode(400);
        app.service("POST", "_batch", "{\"ops\":[]}").then().statusCode(200).body("results", hasSize(0));
    }

    @Test
    void scansCountsAndEmpties() {
        KvApp own = KvApp.create();
        for (String key : List.of("s:1", "s:2", "s:3", "t")) {
            own.service("PUT", key, "{\"value\":1}").then().statusCode(204);
        }
        Response first = own.service("GET", "_scan?prefix=s:&limit=2");
        first.then().statusCode(200).body("keys", contains("s:1", "s:2"));
        own.service("GET", "_scan?prefix=s:&limit=2&cursor=" + first.path("cursor"))
                .then()
                .body("keys", contains("s:3"))
                .body("cursor", equalTo("0"));
        own.service("GET", "_stats")
                .then()
                .statusCode(200)
                .body("keys_total", equalTo(4))
                .body("bytes_used", equalTo(3 * 4 + 2))
                .body("max_value_bytes", equalTo(262144))
                .body("max_keys", equalTo(1_000_000))
                .body("max_storage_bytes", equalTo(1 << 30))
                .body("max_ops_per_sec", equalTo(1000))
                .body("$", hasKey("ops_per_sec"));
        own.service("POST", "_flush").then().statusCode(400).body("error", equalTo("confirm_required"));
        own.service("POST", "_flush", "{\"confirm\":true}")
                .then()
                .statusCode(200)
                .body("deleted", equalTo(4));
        own.service("GET", "_stats").then().body("keys_total", equalTo(0)).body("bytes_used", equalTo(0));
    }

    @Test
    void refusesWhatIsTooLargeWithItsSize() {
        app.service("PUT", "big", "{\"value\":\"" + "x".repeat(262_143) + "\"}")
                .then()
                .statusCode(413)
                .body("error", equalTo("KV_VALUE_TOO_LARGE"))
                .body("size", equalTo(262_145))
                .body("max", equalTo(262_144));
        app.service("PUT", "big", "{\"value\":\"" + "x".repeat(1_100_000) + "\"}")
                .then()
                .statusCode(413)
                .body("error", equalTo("value_too_large"));
    }

    @Test
    void theLimitPerMinuteAndRouteDoesNotCountKeys() {
        app.service("GET", "a").then().header("x-ratelimit-limit", nullValue());
    }

    @Test
    void tellsStrangersNothing() {
        app.send(null, "GET", "a", null).then().statusCode(401).body("error", equalTo("unauthorized"));
        app.send(Api.stranger().token(), "GET", "a", null)
                .then()
                .statusCode(404)
                .body("error", equalTo("no_kv_credential"));
        app.send("bb_sk_" + "0".repeat(40), "GET", "a", null)
                .then()
                .statusCode(401)
                .body("error", equalTo("unauthorized"));
        app.send("a.b.c", "GET", "a", null).then().statusCode(401).body("error", equalTo("invalid_jwt"));
        new KvApp("app_zzzzzzzzzzzz")
                .service("GET", "a")
                .then()
                .statusCode(404)
                .body("error", equalTo("no_kv_credential"));
        new KvApp("nonsense").service("GET", "a").then().statusCode(404);
    }

    @Test
    void unknownRoutesAreNative() {
        app.service("PATCH", "a").then().statusCode(404).body("statusCode", equalTo(404));
        app.service("POST", "a").then().statusCode(404).body("error", equalTo("Not Found"));
        app.service("GET", "_flush").then().statusCode(404);
        app.service("GET", "_unknown").then().statusCode(400).body("error", equalTo("key_invalid"));
    }

    @Test
    void badInputIsTheCallersMistake() {
        for (String body : List.of(
                "{",
                "[]",
                "1",
                "{\"value\":}",
                "{} {}",
                "{\"ttl\":1}",
                "{\"value\":1,\"ttl\":0}",
                "{\"value\":1,\"ttl\":-1}",
                "{\"value\":1,\"ttl\":1.5}",
                "{\"value\":1,\"ttl\":\"x\"}",
                "{\"value\":1,\"ttl\":99999999999999999999}",
                "{\"value\":1e}",
                "{\"value\":" + "[".repeat(1100) + "}",
                "\0")) {
            app.service("PUT", "bad", body).then().statusCode(400).body("error", equalTo("bad_request"));
        }
        for (String body : List.of("{\"by\":1.5}", "{\"by\":\"1\"}", "{\"by\":9007199254740992}", "{\"by\":null}")) {
            app.service("POST", "bad/incr", body).then().statusCode(400);
        }
        for (String key : List.of("a%00", "%ff", "a%20b", "%C3%A4", "_x", "a/incr", "x".repeat(513))) {
            assertThat(app.service("PUT", key, "{\"value\":1}").statusCode())
                    .as(key)
                    .isEqualTo(400);
        }
        for (String query : List.of("limit=0", "limit=1001", "limit=x", "cursor=1", "cursor=k!", "prefix=%00")) {
            app.service("GET", "_scan?" + query).then().statusCode(400);
        }
        for (String text : List.of("\\ud800", "😀", "\\u0000")) {
            app.service("PUT", "text", "{\"value\":\"" + text + "\"}").then().statusCode(204);
            app.service("GET", "text").then().statusCode(200);
        }
        app.service("PUT", "nul", "{\"value\":\"\\u0000\"}").then().statusCode(204);
        app.service("GET", "nul").then().statusCode(200).body("value", equalTo("\0"));
    }

    /** Fuzz: whatever is sent, it is never our failure. */
    @Test
    void noRequestIsAnswered5xx() {
        var random = new Random(Long.getLong("ghee.test.seed", 20261121L));
        List<String> pieces = List.of(
                "_scan",
                "_batch",
                "_expose",
                "_stats",
                "/",
                "a",
                ":",
                "%2F",
                "%25",
                "incr",
                "ttl",
                "cas",
                "..",
                "*",
                "{",
                "user.id}",
                "?limit=",
                "&cursor=",
                "\\",
                "%00",
                "%ED%A0%80",
                "-1");
        List<String> bodies = List.of(
                "",
                "{",
                "}",
                "\"value\"",
                ":",
                "null",
                "1e400",
                "[",
                "]",
                ",",
                "\"ops\"",
                "\"ttl\"",
                "\"\\ud800\"",
                "-",
                "\"rules\"",
                "\"op\"",
                "true");
        for (int i = 0; i < 300; i++) {
            String path = some(random, pieces, 5)
                    .replace("{", "%7B")
                    .replace("}", "%7D")
                    .replace("\\", "%5C");
            String method = List.of("GET", "PUT", "POST", "DELETE", "PATCH").get(random.nextInt(5));
            int status = app.service(method, path, some(random, bodies, 8)).statusCode();
            assertThat(status).as(method + " " + path).isLessThan(500);
        }
    }

    private static String some(Random random, List<String> pieces, int most) {
        var all = new ArrayList<String>();
        for (int i = random.nextInt(most) + 1; i > 0; i--) {
            all.add(pieces.get(random.nextInt(pieces.size())));
        }
        return String.join("", all);
    }

    @Test
    void operationsPerSecondAreLimitedAndTheBypassLiftsTheLimit() {
        KvApp own = KvApp.create();
        String batch = "{\"ops\":[" + "{\"op\":\"get\",\"key\":\"a\"},".repeat(99) + "{\"op\":\"get\",\"key\":\"a\"}]}";
        List<Response> answers = IntStream.range(0, 64)
                .parallel()
                .mapToObj(_ -> own.service("POST", "_batch", batch))
                .toList();
        assertThat(answers)
                .anySatisfy(refused -> refused.then()
                        .statusCode(429)
                        .header("Retry-After", "1")
                        .body("error", equalTo("kv_rate_limited"))
                        .body("retry_after", equalTo(1)));
        for (int i = 0; i < 20; i++) {
            given().header("Authorization", "Bearer " + Api.owner().token())
                    .header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                    .body(batch)
                    .post(own.path("_batch"))
                    .then()
                    .statusCode(200);
        }
        own.service("GET", "_stats").then().body("ops_per_sec", greaterThan(-1));
    }
}
