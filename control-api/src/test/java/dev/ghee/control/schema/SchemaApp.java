package dev.ghee.control.schema;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.appdb.Cluster;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.postgresql.Driver;

/** An app of its own for a test, seen through the API and, as its oracle, through plain connections. */
public final class SchemaApp implements AutoCloseable {
    private final String id;

    private SchemaApp(String id) {
        this.id = id;
    }

    public static SchemaApp create() {
        String id = given().auth()
                .oauth2(ownerKey())
                .contentType(ContentType.JSON)
                .body(Map.of("name", "schema-" + UUID.randomUUID()))
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
        return new SchemaApp(id);
    }

    public String id() {
        return id;
    }

    public RequestSpecification request() {
        return given().auth().preemptive().oauth2(ownerKey()).contentType(ContentType.JSON);
    }

    public String path(String rest) {
        return "/v1/" + id + "/" + rest;
    }

    /** Applies a document given as JSON text. */
    public ValidatableResponse apply(String schema) {
        return request()
                .body("{\"schema\":" + schema + "}")
                .post(path("schema/apply"))
                .then();
    }

    public ValidatableResponse dryRun(String schema) {
        return request()
                .body("{\"dry_run\":true,\"schema\":" + schema + "}")
                .post(path("schema/apply"))
                .then();
    }

    public ValidatableResponse post(String route, String body) {
        return request().body(body).post(path(route)).then();
    }

    /** As JSON text. */
    public String schema() {
        return request()
                .get(path("schema"))
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .prettify();
    }

    /** Runs statements as the owner of the database; returns the first column of the last one's rows. */
    public List<String> sql(String... statements) throws SQLException {
        try (Connection owner = connect(Cluster.OWNER, "ghee.postgres.owner-password")) {
            return run(owner, statements);
        }
    }

    /** The same in one transaction as a request's role; the user is empty for the others. */
    public List<String> sqlAs(String role, String user, String... statements) throws SQLException {
        try (Connection request = connect(Cluster.AUTHENTICATOR, "ghee.postgres.authenticator-password")) {
            request.setAutoCommit(false);
            run(
                    request,
                    "SELECT set_config('role', '" + role + "', true), set_config('app.role', '" + role
                            + "', true), set_config('request.jwt.claim.sub', '" + user + "', true)");
            List<String> result = run(request, statements);
            request.commit();
            return result;
        }
    }

    public Connection connect() throws SQLException {
        return connect(Cluster.OWNER, "ghee.postgres.owner-password");
    }

    private Connection connect(String user, String passwordKey) throws SQLException {
        Config config = ConfigProvider.getConfig();
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", config.getValue(passwordKey, String.class));
        String url = "jdbc:postgresql://"
                + config.getValue("ghee.regions.us-east-1.postgres.host", String.class) + ":"
                + config.getValue("ghee.regions.us-east-1.postgres.port", String.class) + "/" + id;
        return Objects.requireNonNull(new Driver().connect(url, properties));
    }

    private static List<String> run(Connection connection, String... statements) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                values.clear();
                if (sql.execute(statement)) {
                    try (ResultSet row = sql.getResultSet()) {
                        while (row.next()) {
                            values.add(row.getString(1));
                        }
                    }
                }
            }
        }
        return values;
    }

    public static String ownerKey() {
        return ConfigProvider.getConfig().getValue("ghee.bootstrap.owner-key", String.class);
    }

    /** Of somebody who owns other apps, or none. */
    public static String strangersToken() {
        return Jwt.subject(UUID.randomUUID().toString())
                .claim("email", "stranger@example.com")
                .claim("email_verified", true)
                .expiresIn(Duration.ofMinutes(10))
                .signWithSecret(ConfigProvider.getConfig().getValue("ghee.local-jwt-secret", String.class));
    }

    @Override
    public void close() {
        given().auth().oauth2(ownerKey()).delete("/apps/{id}", id);
    }
}
