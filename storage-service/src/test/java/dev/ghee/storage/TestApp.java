package dev.ghee.storage;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An app of its own for each test: a database, a service key, users with tokens. */
public final class TestApp {

    public final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    public final String serviceKey;
    private final AppDirectory apps;
    private final KeyDirectory keys;
    private volatile AppState state;

    public TestApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.apps = apps;
        this.keys = keys;
        new AppDatabases(TestCluster.get()).provision(id);
        state = state(1, AppState.AccessMode.PUBLIC, null, null);
        apps.accept(state);
        serviceKey = key("*");
    }

    private AppState state(
            long revision,
            AppState.AccessMode mode,
            AppState.@Nullable Pause pause,
            AppState.@Nullable Storage storage) {
        return new AppState(
                id,
                revision,
                "Test",
                "test-" + id.value().substring(4),
                "owner-1",
                "org-" + id,
                Set.of("owner-1"),
                LocalStack.REGION,
                AppState.Status.READY,
                mode,
                pause,
                List.of(),
                "anon",
                List.of(TestTokens.publicKey()),
                false,
                null,
                Map.of("owner-1", OrganizationRole.OWNER, "viewer-1", OrganizationRole.VIEWER),
                storage);
    }

    public AppState state() {
        return state;
    }

    /** From now on its objects follow these rules. */
    public void rules(AppState.Storage storage) {
        change(state(state.revision() + 1, state.accessMode(), null, storage));
    }

    public void accessMode(AppState.AccessMode mode) {
        change(state(state.revision() + 1, mode, null, state.storage()));
    }

    public void pause() {
        change(state(state.revision() + 1, state.accessMode(), new AppState.Pause("spring cleaning", null), null));
    }

    private void change(AppState next) {
        state = next;
        apps.accept(next);
    }

    /** Another key of the app's organisation. */
    public String key(String scope) {
        String key = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(key), 1, "key-" + key, "owner-1", "org-" + id, Set.of(scope), false, null));
        return key;
    }

    /** A user's access token. */
    public String token(String user) {
        return TestTokens.of(id, user, Instant.now().plusSeconds(600));
    }

    /** With the app's key. */
    public RequestSpecification request() {
        return as(serviceKey);
    }

    /** With a key or token. */
    public RequestSpecification as(String credential) {
        return RestAssured.given().header("Authorization", "Bearer " + credential);
    }

    /** With the app's key and this body. */
    public RequestSpecification sending(Object body) {
        return request().contentType("application/json").body(body);
    }

    /** A path of the app's. */
    public String path(String rest) {
        return "/v1/" + id + rest;
    }

    /** A path of the app's objects. */
    public String storage(String rest) {
        return "/storage/" + id + rest;
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
