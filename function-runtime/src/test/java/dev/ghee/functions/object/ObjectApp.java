package dev.ghee.functions.object;

import static io.restassured.RestAssured.given;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.TestCluster;
import dev.ghee.functions.TestTokens;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.LocalStack;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An app of its own for a test: a database, a signing key and a service key. */
public final class ObjectApp implements AutoCloseable {

    public final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    final String serviceKey = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
    final String subdomain = "do-" + id.value().substring(4);

    private final AppDirectory apps;
    private long revision;

    public ObjectApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.apps = apps;
        new AppDatabases(TestCluster.get()).provision(id);
        state(AppState.Status.READY);
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(serviceKey), 1, "key-" + id, "owner-1", "org-" + id, Set.of("*"), false, null));
    }

    private void state(AppState.Status status) {
        apps.accept(new AppState(
                id,
                ++revision,
                "test",
                subdomain,
                "owner-1",
                "org-" + id,
                Set.of("owner-1"),
                LocalStack.REGION,
                status,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(TestTokens.publicKey()),
                false,
                null));
    }

    /** Path of the management routes. */
    String management() {
        return "/v1/" + id + "/durable-objects";
    }

    /** Path of an object. */
    String object(String name, String instance) {
        return "/v1/" + id + "/_do/" + name + "/" + instance;
    }

    Response deploy(String name, String code, @Nullable String accessMode) {
        Map<String, String> body = new HashMap<>(Map.of("name", name, "code", code));
        if (accessMode != null) {
            body.put("access_mode", accessMode);
        }
        return given().header("Authorization", "Bearer " + serviceKey)
                .contentType("application/json")
                .body(body)
                .post(management());
    }

    /** Deploys a class of the test's resources for everybody. */
    public void deployPublic(String name) {
        deploy(name, source(name), "public").then().statusCode(200).body("status", org.hamcrest.Matchers.is("READY"));
    }

    static String source(String name) {
        try (InputStream in = ObjectApp.class.getResourceAsStream("/durable-objects/" + name + ".ts")) {
            if (in == null) {
                throw new IllegalArgumentException(name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One statement in the app's database. */
    void sql(String statement) throws SQLException {
        try (var owner = TestCluster.get().owner(id.database());
                var sql = owner.createStatement()) {
            sql.execute(statement);
        }
    }

    /** An access token of one of the app's users. */
    String token(String user) {
        return TestTokens.of(id, user, Instant.now().plusSeconds(3600));
    }

    @Override
    public void close() throws SQLException {
        state(AppState.Status.DELETING);
        new AppDatabases(TestCluster.get()).drop(id);
    }
}
