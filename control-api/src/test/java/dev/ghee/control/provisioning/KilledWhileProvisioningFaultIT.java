package dev.ghee.control.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.contracts.AppId;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.control.region.Regions;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a process leaves behind that is killed between two steps, and what the next one makes of it. */
@QuarkusTest
@WithTestResource(StackResource.class)
class KilledWhileProvisioningFaultIT {
    private final Api owner = Api.owner();

    @Inject
    Provisioner provisioner;

    @Inject
    ControlDatabase database;

    @Inject
    Regions regions;

    @Test
    void killedBeforeTheDatabaseWasMade() throws SQLException {
        String app = owner.readyApp();
        new AppDatabases(cluster()).drop(new AppId(app));
        update("UPDATE app SET status = 'PROVISIONING' WHERE id = ?", app);
        provisioner.resume();
        owner.awaitStatus(app, "ready");
        assertThat(migrated(app)).isTrue();
    }

    @Test
    void killedBeforeTheDatabaseWasMigrated() throws SQLException {
        String app = owner.readyApp();
        new AppDatabases(cluster()).drop(new AppId(app));
        new ClusterBootstrap(cluster()).createDatabase(app);
        update("UPDATE app SET status = 'PROVISIONING' WHERE id = ?", app);
        provisioner.resume();
        owner.awaitStatus(app, "ready");
        assertThat(migrated(app)).isTrue();
    }

    @Test
    void killedBeforeTheDatabaseWasDropped() throws SQLException {
        String app = owner.readyApp();
        update("UPDATE app SET status = 'DELETING' WHERE id = ?", app);
        provisioner.resume();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> owner.request().get("/apps").then().body("apps.id", not(hasItem(app))));
        assertThat(exists(app)).isFalse();
    }

    @Test
    void killedAfterTheDatabaseWasDropped() throws SQLException {
        String app = owner.readyApp();
        new AppDatabases(cluster()).drop(new AppId(app));
        update("UPDATE app SET status = 'DELETING' WHERE id = ?", app);
        provisioner.resume();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> owner.request().get("/apps").then().body("apps.id", not(hasItem(app))));
    }

    @Test
    void aDatabaseThatCannotBeMadeIsTriedAgainOnRequest() throws SQLException {
        String name = Api.uniqueName();
        String app = owner.readyApp(name);
        // Somebody else's table where the platform's schema would go: migrating refuses.
        new AppDatabases(cluster()).drop(new AppId(app));
        new ClusterBootstrap(cluster()).createDatabase(app);
        try (Connection squatter = cluster().owner(app);
                var sql = squatter.createStatement()) {
            sql.execute("CREATE SCHEMA ghee");
            sql.execute("CREATE TABLE ghee.squatter (id int)");
        }
        update("UPDATE app SET status = 'PROVISIONING' WHERE id = ?", app);
        provisioner.resume();
        owner.awaitStatus(app, "failed");
        owner.request().get("/apps/{app}/status", app).then().body("provisioning_error", notNullValue());

        new AppDatabases(cluster()).drop(new AppId(app));
        owner.json(Map.of("name", name)).post("/init").then().statusCode(200).body("app_id", equalTo(app));
        owner.awaitStatus(app, "ready");
        owner.request().get("/apps/{app}/status", app).then().body("provisioning_error", nullValue());
    }

    private Cluster cluster() {
        return regions.cluster(regions.platformRegion());
    }

    private void update(String sql, String app) throws SQLException {
        try (Connection connection = database.connect();
                var update = connection.prepareStatement(sql)) {
            update.setString(1, app);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private boolean migrated(String app) throws SQLException {
        try (Connection connection = cluster().owner(app);
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT to_regclass('ghee.schema_history') IS NOT NULL")) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    private boolean exists(String app) throws SQLException {
        try (Connection connection = database.connect();
                var query = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
            query.setString(1, app);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
