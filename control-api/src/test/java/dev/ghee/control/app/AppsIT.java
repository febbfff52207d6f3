package dev.ghee.control.app;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.ghee.control.region.ControlDatabase;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@WithTestResource(StackResource.class)
class AppsIT {
    private final Api person = Api.stranger();

    @Inject
    ControlDatabase database;

    @Test
    void everybodySeesTheirOwnAppsOnly() {
        String id = person.readyApp();
        person.request()
                .get("/apps")
                .then()
                .statusCode(200)
                .body("apps.size()", equalTo(1))
                .body("apps[0].id", equalTo(id))
                .body("apps[0].db_name", equalTo(id))
                .body("apps[0].provisioning_status", equalTo("ready"))
                .body("apps[0].visibility", equalTo("private"))
                .body("apps[0].organization_id", notNullValue());
        Api.stranger().request().get("/apps").then().body("apps.size()", equalTo(0));
        Api.owner().request().get("/apps").then().body("apps.id", not(hasItem(id)));
    }

    @Test
    void aDeletedAppIsGone() {
        String name = Api.uniqueName();
        String id = person.readyApp(name);
        person.request()
                .delete("/apps/{id}", id)
                .then()
                .statusCode(200)
                .body("app_id", equalTo(id))
                .body("db_name", equalTo(id));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> person.request().get("/apps").then().body("apps.id", not(hasItem(id))));
        person.json(Map.of("name", name)).post("/init").then().statusCode(201).body("app_id", not(equalTo(id)));
    }

    @Test
    void anAppThatIsBeingDeletedAnswersGone() {
        String id = person.readyApp();
        person.request().delete("/apps/{id}", id).then().statusCode(200);
        person.request()
                .get("/v1/{id}/config", id)
                .then()
                .statusCode(org.hamcrest.Matchers.anyOf(equalTo(410), equalTo(404)));
    }

    static List<String> notMine() {
        return List.of("app_000000000000", "app_", "APP_000000000000", "x", "app_00000000000'", "'; DROP DATABASE x");
    }

    @ParameterizedTest
    @MethodSource("notMine")
    void unknownAppsAreNotFound(String id) {
        person.request()
                .get("/apps/{id}/status", id)
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        person.request()
                .delete("/apps/{id}", id)
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
    }

    @Test
    void appsOfOthersAreNotFound() {
        String id = person.readyApp();
        Api other = Api.stranger();
        other.request().get("/apps/{id}/status", id).then().statusCode(404);
        other.request().delete("/apps/{id}", id).then().statusCode(404);
        person.request().get("/apps/{id}/status", id).then().body("provisioning_status", equalTo("ready"));
    }

    @Test
    void anonymousCallersAreAskedForACredential() {
        given().get("/apps").then().statusCode(401).body("error.code", equalTo("AUTH_REQUIRED"));
        given().get("/apps/{id}/status", "app_000000000000").then().statusCode(401);
        given().delete("/apps/{id}", "app_000000000000").then().statusCode(401);
    }

    @Test
    void aBadKeyIsNotAnonymous() {
        new Api("bb_sk_" + "0".repeat(40))
                .request()
                .get("/apps")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("AUTH_INVALID_API_KEY"));
        new Api("nonsense")
                .request()
                .get("/apps")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("AUTH_INVALID_TOKEN"));
    }

    @Test
    void membersOfAnOrganisationShareItsApps() throws SQLException {
        UUID id = UUID.randomUUID();
        Api member = Api.person(id);
        member.request().get("/apps").then().statusCode(200);
        String seed = person.readyApp();
        String organization = person.request().get("/apps").then().extract().path("apps[0].organization_id");
        try (Connection connection = database.connect();
                var insert = connection.prepareStatement(
                        "INSERT INTO organization_member (organization_id, user_id, role) VALUES (?::uuid, ?, 'developer')")) {
            insert.setString(1, organization);
            insert.setObject(2, id);
            insert.executeUpdate();
        }
        String shared = person.readyApp();
        member.request().get("/v1/{app}/config", shared).then().statusCode(200);
        member.request().get("/apps").then().body("apps.id", hasItems(seed, shared));
        String made = member.request()
                .header("X-Organization-Id", organization)
                .contentType("application/json")
                .body(Map.of("name", Api.uniqueName()))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        person.request().get("/apps").then().body("apps.id", hasItem(made));
        member.request()
                .header("X-Organization-Id", organization)
                .get("/apps")
                .then()
                .body("apps.organization_id", everyItem(equalTo(organization)));
    }

    @Test
    void anOrganisationThatTheCallerIsNotInIsIgnored() {
        String id = person.readyApp();
        person.request()
                .header("X-Organization-Id", "not-even-an-id")
                .get("/apps")
                .then()
                .statusCode(200)
                .body("apps.id", hasItem(id));
    }
}
