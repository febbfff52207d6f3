package dev.ghee.functions.trigger;

import static io.restassured.RestAssured.given;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.functions.TestCluster;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.LocalStack;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** An app of its own for a test, whose functions note in a table what they were called with. */
public final class TriggerApp implements AutoCloseable {

    /** Notes its body, and fails for a body with a field {@code fail} that is true. */
    public static final String NOTING = """
            export async function handler(req, ctx) {
              const body = await req.json();
              await ctx.db.query("INSERT INTO seen (body, attempt) VALUES ($1, $2)",
                [JSON.stringify(body), req.headers.get("x-butterbase-attempt") ?? ""]);
              return new Response(JSON.stringify({ noted: true }), {
                status: body.fail ? 500 : 201, headers: { "content-type": "application/json", "x-own": "yes" } });
            }
            """;

    private final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private final String serviceKey = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
    private final AppDirectory apps;
    private long revision;

    public TriggerApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.apps = apps;
        new AppDatabases(TestCluster.get()).provision(id);
        told(AppState.Status.READY);
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(serviceKey), 1, "key-" + id, "owner-1", "org-" + id, Set.of("*"), false, null));
        sql("CREATE TABLE seen (id serial PRIMARY KEY, body text, attempt text)");
    }

    public AppState state() {
        return apps.known(id).orElseThrow();
    }

    /** The app is told of anew, so that its triggers are read again. */
    public void told(AppState.Status status) {
        apps.accept(new AppState(
                id,
                ++revision,
                "test",
                "tr-" + id.value().substring(4),
                "owner-1",
                "org-" + id,
                Set.of("owner-1"),
                LocalStack.REGION,
                status,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(),
                false,
                null));
    }

    public String path(String rest) {
        return "/v1/" + id + "/" + rest;
    }

    public RequestSpecification service() {
        return given().header("Authorization", "Bearer " + serviceKey).contentType(ContentType.JSON);
    }

    public Response deploy(String name, String type, Map<String, ?> config) {
        Response deployed = service()
                .body(Map.of("name", name, "code", NOTING, "triggers", List.of(Map.of("type", type, "config", config))))
                .post(path("functions"));
        deployed.then().statusCode(200);
        return deployed;
    }

    /** Bodies that were noted, in order. */
    public List<String> seen() throws SQLException {
        return query("SELECT body FROM seen ORDER BY id");
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

    public void sql(String... statements) throws SQLException {
        try (Connection owner = TestCluster.get().owner(id.database());
                Statement statement = owner.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        told(AppState.Status.DELETING);
        new AppDatabases(TestCluster.get()).drop(id);
    }
}
