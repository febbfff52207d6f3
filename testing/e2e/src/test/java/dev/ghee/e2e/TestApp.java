package dev.ghee.e2e;

import static org.awaitility.Awaitility.await;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An app of its own for one test class, with the calls that most journeys begin with. */
record TestApp(String id, Platform platform) {
    private static final String PASSWORD = "Correct-Horse-7";

    /** A signed-in end user. */
    record User(String id, String email, String token, String refreshToken) {}

    static TestApp create(String name) {
        return create(name, Platform.running());
    }

    static TestApp create(String name, Platform platform) {
        String unique = name + "-" + UUID.randomUUID().toString().substring(0, 8);
        String id = platform.asOwner()
                .contentType(ContentType.JSON)
                .body(Map.of("name", unique))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> "ready"
                        .equals(platform.asOwner()
                                .get("/apps/" + id + "/status")
                                .path("provisioning_status")));
        return new TestApp(id, platform);
    }

    RequestSpecification asOwner() {
        return platform.asOwner().contentType(ContentType.JSON);
    }

    RequestSpecification as(User user) {
        return platform.as(user.token()).contentType(ContentType.JSON);
    }

    RequestSpecification asAnybody() {
        return platform.anonymous().contentType(ContentType.JSON);
    }

    String path(String rest) {
        return "/v1/" + id + rest;
    }

    String auth(String rest) {
        return "/auth/" + id + rest;
    }

    /** {@code notes(id, user_id, title)}, each user seeing their own rows. */
    TestApp withNotes() {
        apply("""
                {"notes":{"columns":{
                  "id":{"type":"uuid","primaryKey":true,"default":"gen_random_uuid()"},
                  "user_id":{"type":"text"},
                  "title":{"type":"text","nullable":false},
                  "size":{"type":"integer"},
                  "extra":{"type":"jsonb"}}}}""");
        asOwner()
                .body(Map.of("table_name", "notes", "user_column", "user_id"))
                .post(path("/rls"))
                .then()
                .statusCode(200);
        return this;
    }

    void apply(String tables) {
        asOwner()
                .body("{\"schema\":{\"tables\":" + tables + "}}")
                .post(path("/schema/apply"))
                .then()
                .statusCode(200);
    }

    void enableRealtime(String... tables) {
        asOwner()
                .body(Map.of("tables", List.of(tables)))
                .post(path("/realtime/configure"))
                .then()
                .statusCode(200);
    }

    User signUp(String name) {
        String email = name + "@" + id.replace('_', '-') + ".example";
        asAnybody()
                .body(Map.of("email", email, "password", PASSWORD, "display_name", name))
                .post(auth("/signup"))
                .then()
                .statusCode(201);
        return logIn(email);
    }

    User logIn(String email) {
        Response answer =
                asAnybody().body(Map.of("email", email, "password", PASSWORD)).post(auth("/login"));
        answer.then().statusCode(200);
        return new User(answer.path("user.id"), email, answer.path("access_token"), answer.path("refresh_token"));
    }

    /** Inserts as this user and returns the new row's id. */
    String insertNote(User user, String title) {
        return as(user).body(Map.of("title", title))
                .post(path("/notes"))
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    LiveSocket connect(String token) {
        return LiveSocket.connect(platform.socketUrl() + path("/realtime?token=" + token));
    }
}
