package dev.ghee.functions.invoke;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.TestCluster;
import dev.ghee.functions.TestTokens;
import dev.ghee.functions.function.ReadAgain;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.LocalStack;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An app of its own for a test, with functions put straight into its database. */
public final class FunctionApp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static final JsonMapper JSON = new JsonMapper();
    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    final String serviceKey;

    private final AppDirectory apps;
    private final KeyDirectory keys;
    private long revision;

    public FunctionApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.apps = apps;
        this.keys = keys;
        new AppDatabases(TestCluster.get()).provision(id);
        state(AppState.AccessMode.PUBLIC, null);
        serviceKey = key(Set.of("*"), "org-" + id);
    }

    void state(AppState.AccessMode mode, AppState.@Nullable Pause pause) {
        apps.accept(new AppState(
                id,
                ++revision,
                "Tëst \"app\"",
                "test",
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
                null));
    }

    String key(Set<String> scopes, String organization) {
        return key(scopes, organization, false);
    }

    /** A key that is known, and known to be void. */
    String revokedKey() {
        return key(Set.of("*"), "org-" + id, true);
    }

    private String key(Set<String> scopes, String organization, boolean revoked) {
        String key = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(key), 1, "key-1", "owner-1", organization, scopes, revoked, null));
        return key;
    }

    /** A function that is called over HTTP. */
    public void function(String name, String auth, String code) throws SQLException {
        function(
                name,
                "[{\"type\":\"http\",\"config\":{\"auth\":\"" + auth + "\"},\"enabled\":true}]",
                code,
                true,
                false);
    }

    public void function(String name, String triggers, String code, boolean impersonation, boolean asService)
            throws SQLException {
        UUID function = UUID.randomUUID();
        try (Connection owner = TestCluster.get().owner(id.database());
                PreparedStatement insert = owner.prepareStatement("""
                        INSERT INTO ghee.functions
                          (id, name, version, triggers, allow_service_key_impersonation, allow_as_service)
                        VALUES (?, ?, 1, ?::jsonb, ?, ?)""");
                PreparedStatement version = owner.prepareStatement("""
                        INSERT INTO ghee.function_versions
                          (function_id, version, entry, files, modules, source_maps, timeout_ms, memory_mb)
                        VALUES (?, 1, 'function.js', '{}', jsonb_build_object('function.js', ?::text), '{}', 5000, 128)
                        """)) {
            insert.setObject(1, function);
            insert.setString(2, name);
            insert.setString(3, triggers);
            insert.setBoolean(4, impersonation);
            insert.setBoolean(5, asService);
            insert.executeUpdate();
            version.setObject(1, function);
            version.setString(2, code);
            version.executeUpdate();
        }
        ReadAgain.functionsOf(id);
    }

    public void sql(String... statements) throws SQLException {
        try (Connection owner = TestCluster.get().owner(id.database());
                Statement statement = owner.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public List<String> query(String sql) throws SQLException {
        try (Connection owner = TestCluster.get().owner(id.database());
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    String token(String user) {
        return token(user, Instant.now().plusSeconds(600));
    }

    String token(String user, Instant expiry) {
        return TestTokens.of(id, user, expiry);
    }

    URI uri(String rest) {
        return URI.create("http://127.0.0.1:" + RestAssured.port + "/v1/" + id + rest);
    }

    HttpRequest.Builder request(String rest) {
        return HttpRequest.newBuilder(uri(rest)).timeout(PATIENCE);
    }

    HttpResponse<String> get(String rest, String... headers) {
        HttpRequest.Builder request = request(rest);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.GET().build());
    }

    static HttpResponse<String> send(HttpRequest request) {
        try {
            // A request's own timeout ends with the head of the answer.
            return HTTP.sendAsync(request, BodyHandlers.ofString()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException("No JSON: " + response.body(), e);
        }
    }

    static String bearer(String token) {
        return "Bearer " + token;
    }

    @Override
    public void close() throws SQLException {
        new AppDatabases(TestCluster.get()).drop(id);
    }
}
