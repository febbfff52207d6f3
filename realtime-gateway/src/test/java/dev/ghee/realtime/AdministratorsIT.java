package dev.ghee.realtime;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.OrganizationRole;
import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Keys of one app, keys that end, and members of the app's organisation: by REST and by socket. */
@QuarkusTest
@WithTestResource(StackResource.class)
class AdministratorsIT extends AppIT {
    private static final Duration BOUND = Duration.ofSeconds(2);
    private static final String OTHER_APP = "app:app_zzzzzzzzzzzz";

    @Test
    void aKeyOfAnotherAppOfTheSameOrganisationFindsNothingHere() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        for (String key : List.of(
                app.key(Set.of(OTHER_APP), null),
                app.key(Set.of("ai:gateway"), null),
                app.key(Set.of("app:" + app.id + "x"), null))) {
            as(key).body(Map.of("tables", List.of("t")))
                    .post(path("configure"))
                    .then()
                    .statusCode(404);
            as(key).get(path("config")).then().statusCode(404);
            as(key).delete(path("t")).then().statusCode(404);
            try (SocketClient socket = app.connect(key)) {
                assertThat(socket.awaitClose()).isEqualTo(1008);
            }
        }
        String own = app.key(Set.of("app:" + app.id), null);
        as(own).body(Map.of("tables", List.of("t")))
                .post(path("configure"))
                .then()
                .statusCode(200);
        try (SocketClient socket = app.connect(own)) {
            socket.awaitType("connected");
        }
    }

    @Test
    void aKeyEndsAtItsTime() {
        String past = app.key(Set.of("*"), Instant.now().minusSeconds(1));
        as(past).get(path("config")).then().statusCode(401);
        try (SocketClient refused = app.connect(past)) {
            assertThat(refused.awaitClose()).isEqualTo(1008);
        }
        Instant end = Instant.now().plusSeconds(3);
        String soon = app.key(Set.of("*"), end);
        as(soon).get(path("config")).then().statusCode(200);
        try (SocketClient socket = app.connect(soon)) {
            socket.awaitType("connected");
            await().atMost(Duration.ofSeconds(3).plus(BOUND)).until(socket.closeCode::isDone);
            assertThat(Instant.now()).isAfterOrEqualTo(end);
            assertThat(socket.closeCode.join()).isEqualTo(1008);
        }
        as(soon).get(path("config")).then().statusCode(401);
    }

    @Test
    void aMembersRoleDecidesAndARemovedMemberIsCutOff() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        UUID viewer = UUID.randomUUID();
        UUID developer = UUID.randomUUID();
        app.members(
                Map.of(viewer.toString(), OrganizationRole.VIEWER, developer.toString(), OrganizationRole.DEVELOPER));
        Map<String, List<String>> tables = Map.of("tables", List.of("t"));
        as(person(viewer)).get(path("config")).then().statusCode(200);
        as(person(viewer)).body(tables).post(path("configure")).then().statusCode(403);
        as(person(viewer)).delete(path("t")).then().statusCode(403);
        as(person(developer)).body(tables).post(path("configure")).then().statusCode(200);
        try (SocketClient socket = app.connect(person(viewer));
                SocketClient other = app.connect(person(developer))) {
            socket.awaitType("connected");
            other.awaitType("connected");
            app.members(Map.of(developer.toString(), OrganizationRole.DEVELOPER));
            await().atMost(BOUND).until(socket.closeCode::isDone);
            assertThat(socket.closeCode.join()).isEqualTo(1008);
            assertThat(other.closeCode.isDone()).isFalse();
        }
        as(person(viewer)).get(path("config")).then().statusCode(404);
    }

    private String path(String rest) {
        return "/v1/" + app.id + "/realtime/" + rest;
    }

    private static String person(UUID id) {
        String secret = ConfigProvider.getConfig().getValue("ghee.local-jwt-secret", String.class);
        long now = Instant.now().getEpochSecond();
        String claims = "{\"sub\":\"" + id + "\",\"iat\":" + now + ",\"exp\":" + (now + 600) + "}";
        return Jws.hmac(
                        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
                        claims,
                        "HmacSHA256",
                        secret.getBytes(StandardCharsets.UTF_8))
                .compact();
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType("application/json");
    }
}
