package dev.ghee.realtime;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.realtime.replica.Replicas;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turning tables live. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ConfigureIT extends AppIT {
    @Inject
    Replicas replicas;

    @Test
    void configuresListsAndDisables() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        as(app.serviceKey)
                .body(Map.of("tables", List.of("t", "t")))
                .post("/v1/" + app.id + "/realtime/configure")
                .then()
                .statusCode(200)
                .body("configured.table", contains("t"), "configured.status", contains("enabled"));
        as(app.serviceKey)
                .get("/v1/" + app.id + "/realtime/config")
                .then()
                .statusCode(200)
                .body("app_id", equalTo(app.id.value()), "active_connection", equalTo(false))
                .body("tables[0].table_name", equalTo("t"), "tables[0].enabled", equalTo(true))
                .body("tables[0].events", contains("INSERT", "UPDATE", "DELETE"))
                .body("tables[0].trigger_installed", equalTo(true), "tables[0].drift", equalTo(false))
                .body("websocket_url", endsWith("/v1/" + app.id + "/realtime"));
        as(app.serviceKey)
                .delete("/v1/" + app.id + "/realtime/t")
                .then()
                .statusCode(200)
                .body("table", equalTo("t"), "status", equalTo("disabled"));
        as(app.serviceKey).get("/v1/" + app.id + "/realtime/config").then().body("tables.size()", equalTo(0));
    }

    @Test
    void tellsHowTheSlotIsRead() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        as(app.serviceKey)
                .get("/v1/" + app.id + "/realtime/config")
                .then()
                .body("slot.name", equalTo(app.slot()), "slot.state", equalTo("absent"))
                .body("slot.owner", nullValue(), "lag.bytes", nullValue(), "lag.seconds", nullValue());
        try (SocketClient service = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1)");
            service.awaitChanges(1);
            await().atMost(SocketClient.PATIENCE)
                    .untilAsserted(() -> as(app.serviceKey)
                            .get("/v1/" + app.id + "/realtime/config")
                            .then()
                            .body("slot.state", equalTo("active"), "slot.wal_status", equalTo("reserved"))
                            .body("slot.owner", equalTo(replicas.self().value()))
                            .body("slot.safe_wal_bytes", notNullValue(), "lag.bytes", greaterThanOrEqualTo(0)));
        }
    }

    @Test
    void tellsWhichPoliciesAreDecidedInMemoryAndWhyOthersAreNot() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text, points int[])",
                "CREATE TABLE u (id int PRIMARY KEY, points int[])",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE u ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON t FOR SELECT TO butterbase_user USING (owner_id = current_user_id())",
                "CREATE POLICY odd ON u FOR SELECT USING (cardinality(array_remove(points, 3)) > 2)");
        app.live("t", "u");
        as(app.serviceKey)
                .get("/v1/" + app.id + "/realtime/config")
                .then()
                .statusCode(200)
                .body("tables[0].policies.size()", equalTo(1), "tables[0].policies[0].name", equalTo("own"))
                .body("tables[0].policies[0].roles", contains("butterbase_user"))
                .body("tables[0].policies[0].mode", equalTo("compiled"))
                .body("tables[0].policies[0].reason", nullValue())
                .body("tables[1].policies[0].roles", contains("butterbase_anon", "butterbase_user"))
                .body("tables[1].policies[0].mode", equalTo("fallback"))
                .body("tables[1].policies[0].reason", containsString("function"));
    }

    @Test
    void refusesEndUsersAnonymousCallersAndStrangers() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        Map<String, List<String>> body = Map.of("tables", List.of("t"));
        String path = "/v1/" + app.id + "/realtime/configure";
        as(app.token("ada")).body(body).post(path).then().statusCode(403);
        given().contentType("application/json").body(body).post(path).then().statusCode(403);
        try (TestApp other = new TestApp(apps, keys)) {
            as(other.serviceKey).body(body).post(path).then().statusCode(404);
        }
    }

    @Test
    void namesMissingTablesAndThoseWithoutAPrimaryKey() throws Exception {
        app.sql("CREATE TABLE keyless (id int)");
        configure("nowhere")
                .statusCode(404)
                .body("error.code", equalTo("VALIDATION_TABLE_NOT_FOUND"))
                .body("error.details.missing_tables", contains("nowhere"));
        configure("keyless").statusCode(409).body("error.code", equalTo("STATE_PREREQUISITE_MISSING"));
        as(app.serviceKey)
                .body("{}")
                .post("/v1/" + app.id + "/realtime/configure")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_MISSING_FIELD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t\"; DROP TABLE x; --", "pg_class", "ghee.users", "' OR 1=1", "\u0000"})
    void hostileNamesAreTablesThatDoNotExist(String name) {
        configure(name).statusCode(not(equalTo(500))).body(not(containsString("SELECT")));
    }

    @Test
    void aTableMadeAnewIsDriftAndConfiguringItAgainRepairsIt() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        app.sql("DROP TABLE t", "CREATE TABLE t (id int PRIMARY KEY)");
        as(app.serviceKey)
                .get("/v1/" + app.id + "/realtime/config")
                .then()
                .body("tables[0].drift", equalTo(true), "tables[0].trigger_installed", equalTo(false));
        app.live("t");
        as(app.serviceKey).get("/v1/" + app.id + "/realtime/config").then().body("tables[0].drift", equalTo(false));
    }

    private io.restassured.response.ValidatableResponse configure(String table) {
        return as(app.serviceKey)
                .body(Map.of("tables", List.of(table)))
                .post("/v1/" + app.id + "/realtime/configure")
                .then();
    }

    private static RequestSpecification as(String token) {
        return given().header("Authorization", "Bearer " + token).contentType("application/json");
    }
}
