package dev.ghee.control.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Routes;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key's scopes and its end leave it: tried on every route that there is. */
@QuarkusTest
@WithTestResource(StackResource.class)
class KeyScopesIT {
    private static final String NOWHERE = "app_zzzzzzzzzzzz";

    private final Api person = Api.stranger();

    @Test
    void anotherAppOfTheSameOrganisationIsLikeNoneOnEveryRoute() {
        String mine = person.readyApp();
        String other = person.readyApp();
        Api limited = keyFor(mine);
        List<Routes.Route> routes = Routes.all().stream()
                .filter(route -> route.path().startsWith("/v1/{app}"))
                .toList();
        assertThat(routes).hasSizeGreaterThan(25);
        var soft = new SoftAssertions();
        for (Routes.Route route : routes) {
            Response foreign = call(limited, route, other);
            Response nowhere = call(limited, route, NOWHERE);
            String what = route + " " + foreign.statusCode() + " " + foreign.asString();
            soft.assertThat(foreign.statusCode()).as(what).isIn(400, 403, 404);
            soft.assertThat(foreign.statusCode()).as(what).isEqualTo(nowhere.statusCode());
            soft.assertThat(foreign.asString().replace(other, "APP"))
                    .as(what)
                    .isEqualTo(nowhere.asString().replace(NOWHERE, "APP"));
        }
        soft.assertAll();
        person.request().get("/apps/{id}/status", other).then().statusCode(200);
    }

    @Test
    void itsOwnAppIsOpenToItOnEveryRouteThatReads() {
        String mine = person.readyApp();
        Api limited = keyFor(mine);
        var soft = new SoftAssertions();
        Routes.all().stream()
                .filter(route ->
                        route.path().startsWith("/v1/{app}") && route.method().equals("GET"))
                .forEach(route -> soft.assertThat(call(limited, route, mine).statusCode())
                        .as(route.toString())
                        .isNotIn(401, 403));
        soft.assertAll();
    }

    @Test
    void theOrganisationIsClosedToAKeyOfOneApp() {
        String mine = person.readyApp();
        String other = person.readyApp();
        Api limited = keyFor(mine);
        limited.json(Map.of("name", Api.uniqueName())).post("/init").then().statusCode(403);
        limited.json(Map.of("name", "more")).post("/api-keys").then().statusCode(403);
        limited.json(Map.of("name", "more", "key_scope", "app", "target_app_id", mine))
                .post("/api-keys")
                .then()
                .statusCode(403);
        limited.request().get("/api-keys").then().statusCode(403);
        limited.request().delete("/api-keys/{id}", UUID.randomUUID()).then().statusCode(403);
        limited.request().get("/apps").then().statusCode(200).body("apps.id", equalTo(List.of(mine)));
        limited.request().get("/apps/{id}/status", other).then().statusCode(404);
        limited.request().delete("/apps/{id}", other).then().statusCode(404);
        limited.request()
                .header("X-Organization-Id", UUID.randomUUID())
                .get("/apps")
                .then()
                .body("apps.id", equalTo(List.of(mine)));
    }

    @Test
    void aKeyEndsAtItsTime() {
        String end = Instant.now().plusSeconds(4).toString();
        Response made = person.json(Map.of("name", "short", "expires_at", end)).post("/api-keys");
        made.then().statusCode(201);
        assertThat(Instant.parse(made.path("expires_at"))).isBeforeOrEqualTo(Instant.parse(end));
        Api key = new Api(made.path("key"));
        key.request().get("/apps").then().statusCode(200);
        person.request().get("/api-keys").then().body("keys[0].expires_at", equalTo(made.path("expires_at")));
        await().atMost(Duration.ofSeconds(8))
                .until(() -> key.request().get("/apps").statusCode() == 401);
        assertThat(Instant.now()).isAfterOrEqualTo(Instant.parse(end));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2001-01-01T00:00:00Z\"",
                "\"2300-01-01T00:00:00Z\"",
                "\"+1000000-01-01T00:00:00Z\"",
                "\"tomorrow\"",
                "\"\"",
                "\"\\u0000\"",
                "\"2030-01-01\"",
                "1e400",
                "4102444800",
                "[]",
                "{}"
            })
    void anEndThatIsNoneIsRefused(String end) {
        person.json("{\"name\":\"x\",\"expires_at\":" + end + "}")
                .post("/api-keys")
                .then()
                .statusCode(400);
    }

    private Api keyFor(String app) {
        return key(Map.of("name", "one", "key_scope", "app", "target_app_id", app));
    }

    private Api key(Map<String, ?> body) {
        return new Api(person.json(body)
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key"));
    }

    private static Response call(Api api, Routes.Route route, String app) {
        var values = new HashMap<String, String>(Map.of("app", app, "table", "notes"));
        String path = route.path();
        for (String name : List.of("id", "policy", "provider", "key", "name")) {
            values.put(name, "00000000-0000-4000-8000-000000000000");
        }
        for (var value : values.entrySet()) {
            path = path.replaceAll("\\{" + value.getKey() + "(:[^}]*)?}", value.getValue());
        }
        path = path.replaceAll("\\{[^}]*}", "x");
        return route.method().equals("GET") || route.method().equals("DELETE")
                ? api.request().request(route.method(), path)
                : api.json("{}").request(route.method(), path);
    }
}
