package dev.ghee.functions.object;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.sun.net.httpserver.HttpServer;
import dev.ghee.functions.object.ObjectCalls.ObjectCall;
import dev.ghee.functions.object.run.ObjectHosts;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deploying classes and calling their objects. */
@QuarkusTest
@WithTestResource(StackResource.class)
class DurableObjectIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    ObjectHosts hosts;

    @Inject
    ObjectCalls calls;

    private ObjectApp app;

    @BeforeEach
    void createApp() throws Exception {
        app = new ObjectApp(apps, keys);
    }

    @AfterEach
    void dropApp() throws Exception {
        app.close();
    }

    private RequestSpecification admin() {
        return given().header("Authorization", "Bearer " + app.serviceKey).contentType("application/json");
    }

    @Test
    void deploysListsTellsAndDeletes() {
        app.deploy("counter", ObjectApp.source("counter"), null)
                .then()
                .statusCode(200)
                .body("id", notNullValue(), "name", is("counter"), "class_name", is("Counter"))
                .body("status", is("READY"), "access_mode", is("authenticated"));
        admin().get(app.management())
                .then()
                .statusCode(200)
                .body("durable_objects.name", contains("counter"))
                .body("durable_objects[0].error_message", nullValue())
                .body("durable_objects[0].last_deployed_at", endsWith("Z"))
                .body("durable_objects[0]", not(hasKey("code")));
        admin().get(app.management() + "/counter")
                .then()
                .statusCode(200)
                .body("code", containsString("class Counter"), "created_at", notNullValue());
        admin().delete(app.management() + "/counter")
                .then()
                .statusCode(200)
                .body("deleted", is(true), "name", is("counter"));
        admin().get(app.management() + "/counter").then().statusCode(404).body("error.code", is("RESOURCE_NOT_FOUND"));
        given().get(app.object("counter", "a")).then().statusCode(404).body(equalTo("not found"));
    }

    @Test
    void keepsStrangersOut() throws Exception {
        given().get(app.management()).then().statusCode(401);
        given().header("Authorization", "Bearer " + app.token("u1"))
                .get(app.management())
                .then()
                .statusCode(403);
        try (var other = new ObjectApp(apps, keys)) {
            given().header("Authorization", "Bearer " + other.serviceKey)
                    .get(app.management())
                    .then()
                    .statusCode(404);
        }
    }

    @Test
    void refusesWhatDoesNotFitAndSaysWhy() {
        app.deploy("Bad_Name", "export class A {}", null)
                .then()
                .statusCode(400)
                .body("error.details.code", is("NAME_REGEX_VIOLATION"));
        app.deploy("a", "const a = 1;", null)
                .then()
                .statusCode(400)
                .body("error.code", is("VALIDATION_INVALID_SCHEMA"), "error.details.code", is("NO_EXPORTED_CLASS"));
        app.deploy("a", "export class A {}", "everybody")
                .then()
                .statusCode(400)
                .body("error.details.code", is("ACCESS_MODE_INVALID"));
        admin().body("{\"name\":7}").post(app.management()).then().statusCode(400);
        admin().body("[]").post(app.management()).then().statusCode(400);
        for (int i = 1; i <= 5; i++) {
            app.deploy("c" + i, "export class C { fetch() { return new Response('c'); } }", "public")
                    .then()
                    .statusCode(200);
        }
        app.deploy("c6", "export class C {}", null)
                .then()
                .statusCode(400)
                .body("error.details.code", is("QUOTA_DO_LIMIT"));
        // Two classes with one name in their sources do not meet.
        given().get(app.object("c1", "x")).then().statusCode(200).body(equalTo("c"));
        given().get(app.object("c5", "x")).then().statusCode(200).body(equalTo("c"));
    }

    @Test
    void whatDoesNotLoadLeavesTheOldCodeRunning() {
        app.deployPublic("counter");
        app.deploy("counter", "export class Broken { fetch() {} }\nthrow new Error('at load');", "public")
                .then()
                .statusCode(200)
                .body("status", is("ERROR"), "error_message", containsString("at load"));
        given().post(app.object("counter", "a")).then().statusCode(200).body("n", is(1));
    }

    @Test
    void instancesAreApartAndKeepTheirStateAcrossDeploys() {
        app.deployPublic("counter");
        given().post(app.object("counter", "a")).then().body("n", is(1));
        given().post(app.object("counter", "a")).then().body("n", is(2));
        given().post(app.object("counter", "b")).then().body("n", is(1));
        app.deployPublic("counter");
        given().get(app.object("counter", "a")).then().body("n", is(2));
        // A class that was deleted and comes back starts empty.
        admin().delete(app.management() + "/counter").then().statusCode(200);
        app.deployPublic("counter");
        given().get(app.object("counter", "a")).then().body("n", is(0));
    }

    @Test
    void theClassSeesTheWholeRequest() {
        app.deployPublic("counter");
        given().header("x-butterbase-caller-user", "forged")
                .header("x-ghee-object", "COUNTER/other")
                .header("x-own", "kept")
                .body("text")
                .urlEncodingEnabled(false)
                .put(app.object("counter", "caf%C3%A9%20%2F1/more/of?do=tell&x=%20"))
                .then()
                .statusCode(200)
                .body("method", is("PUT"), "body", is("text"), "instance", is("café /1"))
                .body("url", endsWith("/_do/counter/caf%C3%A9%20%2F1/more/of?do=tell&x=%20"))
                .body("headers.x-own", is("kept"), "ctx.user", nullValue())
                .body("headers", not(hasKey("x-ghee-object")));
    }

    @Test
    void isReachedByTheAppsOwnHost() {
        app.deployPublic("counter");
        given().header("Host", app.subdomain + ".localhost")
                .get("/_do/counter/lobby?do=tell")
                .then()
                .statusCode(200)
                .body("url", is("http://" + app.subdomain + ".localhost/_do/counter/lobby?do=tell"))
                .body("instance", is("lobby"));
        given().header("Host", "nobody.localhost")
                .get("/_do/counter/lobby")
                .then()
                .statusCode(404)
                .body("error", is("No app is served at this address"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            public        | none=200 garbage=200
            authenticated | none=401 garbage=401 user=200 query=200 foreign=401 key=200 foreign-key=401
            service_key   | none=401 user=401 foreign=401 foreign-key=401 key=200
            """)
    void accessModesAreChecked(String mode, String cases) throws Exception {
        app.deploy("counter", ObjectApp.source("counter"), mode).then().statusCode(200);
        try (var other = new ObjectApp(apps, keys)) {
            for (String one : cases.split(" ")) {
                int status = Integer.parseInt(one.substring(one.indexOf('=') + 1));
                var answer = with(one.substring(0, one.indexOf('=')), other)
                        .get(app.object("counter", "a"))
                        .then()
                        .statusCode(status);
                if (status == 401) {
                    answer.body(equalTo("unauthorized"));
                }
            }
        }
    }

    private RequestSpecification with(String credential, ObjectApp other) {
        return switch (credential) {
            case "none" -> given();
            case "garbage" -> given().header("Authorization", "Bearer x.y.z");
            case "user" -> given().header("Authorization", "Bearer " + app.token("u1"));
            case "query" -> given().queryParam("token", app.token("u1"));
            case "foreign" -> given().header("Authorization", "Bearer " + other.token("u1"));
            case "key" -> given().header("Authorization", "Bearer " + app.serviceKey);
            case "foreign-key" -> given().header("Authorization", "Bearer " + other.serviceKey);
            default -> throw new IllegalArgumentException(credential);
        };
    }

    @Test
    void tellsTheClassWhoCalls() {
        app.deployPublic("counter");
        given().header("Authorization", "Bearer " + app.token("u1"))
                .get(app.object("counter", "a") + "?do=tell")
                .then()
                .body("ctx.user.id", is("u1"), "headers.x-butterbase-caller", is("end_user_jwt"));
    }

    @Test
    void variablesReachObjectsAndNobodyElse() {
        app.deployPublic("counter");
        admin().body(Map.of("value", "hello \"you\" \\ \n €"))
                .put(app.management() + "/env/GREETING")
                .then()
                .statusCode(200)
                .body("key", is("GREETING"), "redeployed", is(true));
        admin().get(app.management() + "/env").then().body("keys", contains("GREETING"));
        given().get(app.object("counter", "a") + "?do=tell").then().body("greeting", is("hello \"you\" \\ \n €"));
        for (String key : new String[] {"lower", "BUTTERBASE_X", "COUNTER"}) {
            admin().body(Map.of("value", "v"))
                    .put(app.management() + "/env/" + key)
                    .then()
                    .statusCode(400);
        }
        admin().body(Map.of("value", "x".repeat(8193)))
                .put(app.management() + "/env/LONG")
                .then()
                .statusCode(400);
        admin().delete(app.management() + "/env/GREETING")
                .then()
                .statusCode(200)
                .body("deleted", is(true));
        admin().delete(app.management() + "/env/GREETING").then().statusCode(404);
        given().get(app.object("counter", "a") + "?do=tell").then().body("greeting", nullValue());
    }

    @Test
    void streamsCallsOthersAndHidesExceptions() {
        app.deployPublic("counter");
        given().get(app.object("counter", "a") + "?do=stream")
                .then()
                .statusCode(200)
                .body(equalTo("part 0\npart 1\npart 2\n"));
        given().get(app.object("counter", "a") + "?do=other")
                .then()
                .statusCode(200)
                .body("n", is(1));
        given().get(app.object("counter", "a") + "?do=throw")
                .then()
                .statusCode(500)
                .body("error.code", is("OBJECT_FAILED"), "error.message", not(containsString("secret")));
    }

    @Test
    void alarmsFireAlsoWhenTheProcessHasEnded() {
        app.deployPublic("counter");
        given().get(app.object("counter", "a") + "?do=alarm&in=1500").then().statusCode(200);
        // Ends the process; nobody calls the object until the alarm is due.
        hosts.changed(apps.known(app.id).orElseThrow());
        await().atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(given().get(app.object("counter", "a") + "?do=fired")
                                .jsonPath()
                                .getInt("fired"))
                        .isEqualTo(1));
    }

    @Test
    void sendsOnWhatAnotherNodeHas() throws Exception {
        app.deployPublic("counter");
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] body = (exchange.getRequestURI() + " "
                            + exchange.getRequestHeaders().getFirst("x-ghee-sent-on"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        try {
            app.sql("UPDATE ghee.durable_object_place SET holder = 'other', held_until = now() + interval '1 hour',"
                    + " address = 'http://127.0.0.1:" + other.getAddress().getPort() + "'");
            given().get(app.object("counter", "a") + "?x=1")
                    .then()
                    .statusCode(200)
                    .body(equalTo(app.object("counter", "a") + "?x=1 1"));
            // Two that each take the other for the holder do not send it to and fro.
            given().header("x-ghee-sent-on", "1")
                    .get(app.object("counter", "a"))
                    .then()
                    .statusCode(503);
        } finally {
            other.stop(0);
        }
    }

    @Test
    void theAppsOwnCodeCallsWhateverTheAccessMode() throws Exception {
        app.deploy("counter", ObjectApp.source("counter"), "service_key").then().statusCode(200);
        var call = new ObjectCall(
                "counter",
                "a/b",
                HttpMethod.POST,
                MultiMap.caseInsensitiveMultiMap().add("x-butterbase-caller-user", "forged"),
                Buffer.buffer("{}"),
                "u1",
                1);
        var answer = calls.call(apps.known(app.id).orElseThrow(), call)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().toString()).isEqualTo("{\"n\":1}");
    }

    @Test
    void functionsCallObjects() {
        app.deploy("counter", ObjectApp.source("counter"), "service_key").then().statusCode(200);
        String code = """
                export async function handler(req, ctx) {
                  const answer = await ctx.invokeDO("Counter", "from a/function", { by: 1 });
                  const missing = await ctx.invokeDO("nothing", "x", {}).catch((e) => e.code);
                  return Response.json({ status: answer.status, counted: await answer.json(), missing });
                }
                """;
        admin().body(Map.of(
                        "name",
                        "caller",
                        "code",
                        code,
                        "trigger",
                        Map.of("type", "http", "config", Map.of("auth", "none"))))
                .post("/v1/" + app.id + "/functions")
                .then()
                .statusCode(200);
        given().get("/v1/" + app.id + "/fn/caller")
                .then()
                .statusCode(200)
                .body("status", is(200), "counted.n", is(1), "missing", is("RESOURCE_NOT_FOUND"));
    }

    @Test
    void countsWhatIsUsed() {
        app.deployPublic("counter");
        given().post(app.object("counter", "a")).then().statusCode(200);
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> admin().get(app.management() + "/counter/usage")
                        .then()
                        .statusCode(200)
                        .body("do_requests", greaterThanOrEqualTo(1), "do_cpu_ms", greaterThanOrEqualTo(1)));
    }
}
