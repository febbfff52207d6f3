package dev.ghee.functions.object;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.sun.net.httpserver.HttpServer;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Classes as developers write them for Butterbase run unchanged. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ExamplesIT {
    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @TestHTTPResource("/")
    URI base;

    private ObjectApp app;

    @BeforeEach
    void createApp() throws Exception {
        app = new ObjectApp(apps, keys);
    }

    @AfterEach
    void dropApp() throws Exception {
        app.close();
    }

    @Test
    void chatRoom() throws Exception {
        app.deployPublic("chat-room");
        String lobby = app.object("chat-room", "lobby");
        try (ObjectSocket ann = ObjectSocket.open(base, lobby);
                ObjectSocket bob = ObjectSocket.open(base, lobby);
                ObjectSocket elsewhere = ObjectSocket.open(base, app.object("chat-room", "other"))) {
            for (ObjectSocket each : new ObjectSocket[] {ann, bob, elsewhere}) {
                assertThat(each.next()).isEqualTo("{\"type\":\"init\",\"messages\":[]}");
            }
            ann.send("{\"text\":\"hi\"}");
            assertThat(ann.next()).isEqualTo("{\"text\":\"hi\"}");
            assertThat(bob.next()).isEqualTo("{\"text\":\"hi\"}");
            assertThat(elsewhere.heardNothing()).isTrue();
        }
        given().get(lobby).then().statusCode(200).body("", hasSize(1)).body("[0].text", is("hi"));
        // New code ends sockets; what was said stays.
        try (ObjectSocket ann = ObjectSocket.open(base, lobby)) {
            assertThat(ann.next()).contains("hi");
            app.deployPublic("chat-room");
            assertThat(ann.closed()).isTrue();
        }
        given().get(lobby).then().body("", hasSize(1));
    }

    @Test
    void browsersSendTheirTokenInTheAddress() throws Exception {
        app.deploy("chat-room", ObjectApp.source("chat-room"), "authenticated")
                .then()
                .statusCode(200);
        String lobby = app.object("chat-room", "lobby");
        try (ObjectSocket ann = ObjectSocket.open(base, lobby + "?token=" + app.token("ann"))) {
            assertThat(ann.next()).contains("init");
        }
        assertThat(ObjectSocket.refusal(base, lobby)).isEqualTo(401);
        assertThat(ObjectSocket.refusal(base, lobby + "?token=forged.by.somebody"))
                .isEqualTo(401);
    }

    @Test
    void slidingWindowLimiter() {
        app.deployPublic("rate-limiter");
        for (int left = 99; left >= 0; left--) {
            given().get(app.object("rate-limiter", "u1")).then().statusCode(200).body("remaining", is(left));
        }
        given().get(app.object("rate-limiter", "u1")).then().statusCode(429).body(equalTo("rate limit"));
        given().get(app.object("rate-limiter", "u2")).then().statusCode(200);
    }

    @Test
    void agent() throws Exception {
        var asked = new AtomicReference<String>();
        HttpServer model = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        model.createContext("/", exchange -> {
            asked.set(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = "{\"answer\":42}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        model.start();
        try {
            app.deployPublic("agent");
            set("AI_API_ENDPOINT", "http://127.0.0.1:" + model.getAddress().getPort() + "/v1");
            set("AI_API_KEY", "secret-key");
            given().contentType("application/json")
                    .body(Map.of("prompt", "why?"))
                    .post(app.object("agent", "c1"))
                    .then()
                    .statusCode(200)
                    .body("answer", is(42));
            assertThat(asked.get()).isEqualTo("Bearer secret-key {\"prompt\":\"why?\"}");
        } finally {
            model.stop(0);
        }
    }

    private void set(String key, String value) {
        given().header("Authorization", "Bearer " + app.serviceKey)
                .contentType("application/json")
                .body(Map.of("value", value))
                .put(app.management() + "/env/" + key)
                .then()
                .statusCode(200);
    }
}
