package dev.ghee.control.data;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** An app of its own for a test class, with a connection as the owner of its database. */
final class TestApp implements AutoCloseable {
    private final String id;
    private final Connection owner;
    /** RestAssured knows it only while a test runs. */
    private final int port = RestAssured.port;

    private TestApp(String id, Connection owner) {
        this.id = id;
        this.owner = owner;
    }

    /** Creates an app and runs these statements in its database. */
    static TestApp create(String... statements) throws SQLException {
        String id = given().auth()
                .oauth2(ownerKey())
                .contentType(ContentType.JSON)
                .body(Map.of("name", "data-" + UUID.randomUUID()))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(given().auth()
                                .oauth2(ownerKey())
                                .get("/apps/{id}/status", id)
                                .jsonPath()
                                .getString("provisioning_status"))
                        .isEqualTo("ready"));
        var app = new TestApp(
                id, connect(id, "ghee_owner", config().getValue("ghee.postgres.owner-password", String.class)));
        app.execute(statements);
        return app;
    }

    static Config config() {
        return ConfigProvider.getConfig();
    }

    static String ownerKey() {
        return config().getValue("ghee.bootstrap.owner-key", String.class);
    }

    /** A direct connection, past the API. */
    static Connection connect(String database, String user, String password) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        String url = "jdbc:postgresql://" + config().getValue("ghee.regions.us-east-1.postgres.host", String.class)
                + ":" + config().getValue("ghee.regions.us-east-1.postgres.port", String.class) + "/" + database;
        Connection connection = new org.postgresql.Driver().connect(url, properties);
        return java.util.Objects.requireNonNull(connection);
    }

    String id() {
        return id;
    }

    Connection owner() {
        return owner;
    }

    void execute(String... statements) throws SQLException {
        try (Statement sql = owner.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** The first column of each row, as text. */
    List<String> column(String query) throws SQLException {
        try (Statement sql = owner.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    String path(String rest) {
        return "/v1/" + id + "/" + rest;
    }

    RequestSpecification asService() {
        return json().auth().preemptive().oauth2(ownerKey());
    }

    RequestSpecification asUser(String userId) {
        return asService().header("X-Butterbase-As-Role", "user").header("X-Butterbase-As-User", userId);
    }

    RequestSpecification asNobody() {
        return json();
    }

    private static RequestSpecification json() {
        // Query strings of these tests are encoded as they should arrive.
        return given().contentType(ContentType.JSON).urlEncodingEnabled(false);
    }

    /** Enables row-level security on a table: each row is its user's. */
    void isolate(String table, String userColumn) throws SQLException {
        execute(
                "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY",
                "CREATE POLICY own ON " + table + " TO butterbase_user USING (" + userColumn
                        + " = current_user_id()) WITH CHECK (" + userColumn + " = current_user_id())",
                "CREATE POLICY service ON " + table + " TO butterbase_service USING (true) WITH CHECK (true)");
    }

    @Override
    public void close() throws SQLException {
        owner.close();
        given().port(port).auth().oauth2(ownerKey()).delete("/apps/{id}", id);
    }
}
