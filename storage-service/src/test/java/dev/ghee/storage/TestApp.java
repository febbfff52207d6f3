package dev.ghee.storage;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.LocalStack;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** An app of its own for each test: a database and a service key. */
public final class TestApp {

    public final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    public final String serviceKey = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
    public final AppState state;

    public TestApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        new AppDatabases(TestCluster.get()).provision(id);
        state = new AppState(
                id,
                1,
                "Test",
                "test",
                "owner-1",
                "org-" + id,
                Set.of("owner-1"),
                LocalStack.REGION,
                AppState.Status.READY,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(),
                false,
                null);
        apps.accept(state);
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(serviceKey), 1, "key-" + id, "owner-1", "org-" + id, Set.of("*"), false, null));
    }

    /** With the app's key. */
    public RequestSpecification request() {
        return RestAssured.given().header("Authorization", "Bearer " + serviceKey);
    }

    /** With the app's key and this body. */
    public RequestSpecification sending(Object body) {
        return request().contentType("application/json").body(body);
    }

    /** A path of the app's. */
    public String path(String rest) {
        return "/v1/" + id + rest;
    }

    /** First columns as text, as the owner of the database. */
    public List<String> query(String sql) throws SQLException {
        try (Connection owner = TestCluster.get().owner(id.database());
                Statement statement = owner.createStatement()) {
            List<String> values = new ArrayList<>();
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        values.add(rows.getString(1));
                    }
                }
            }
            return values;
        }
    }
}
