package dev.ghee.control.schema;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class SchemaIT {
    private static final String BLOG = """
            {"tables":{
              "posts":{"columns":{
                "id":{"type":"uuid","primaryKey":true,"default":"gen_random_uuid()"},
                "author_id":{"type":"uuid","nullable":false,
                  "references":{"table":"authors","column":"id","onDelete":"CASCADE"}},
                "title":{"type":"varchar(200)","nullable":false,"default":"'untitled'"},
                "tags":{"type":"text[]","default":"'{}'"},
                "meta":{"type":"jsonb","default":"'{\\"a\\": 1}'"},
                "price":{"type":"numeric(10,2)","default":-1},
                "embedding":{"type":"vector(3)"},
                "expires":{"type":"timestamptz","default":"now() + interval '7 days'"},
                "number":{"type":"bigserial"}},
               "indexes":{"posts_author":{"columns":["author_id"]},
                 "posts_meta":{"columns":["meta"],"method":"gin","opclass":"jsonb_path_ops"},
                 "posts_embedding":{"columns":["embedding"],"method":"hnsw","opclass":"vector_cosine_ops"}}},
              "authors":{"columns":{"id":{"type":"uuid","primaryKey":true},"email":{"type":"text","unique":true}},
               "_seed":true}}}""";

    private SchemaApp app;

    @BeforeEach
    void create() {
        app = SchemaApp.create();
    }

    @AfterEach
    void delete() {
        app.close();
    }

    private static String table(String columns) {
        return "{\"tables\":{\"t\":{\"columns\":{" + columns + "}}}}";
    }

    @Test
    void appliesADocumentShowsItAndIsThenUpToDate() {
        app.dryRun(BLOG)
                .statusCode(200)
                .body("dry_run", equalTo(true))
                .body("applied", equalTo(6))
                .body("statements[0].destructive", equalTo(false));
        app.request()
                .get(app.path("schema"))
                .then()
                .statusCode(200)
                .body("app_id", equalTo(app.id()))
                .body("api_base", endsWith("/v1/" + app.id()))
                .body("schema.tables", equalTo(Map.of()));
        app.apply(BLOG)
                .statusCode(200)
                .body("applied", equalTo(6))
                .body("migration_id", notNullValue())
                .body("statements[0].sql", startsWith("CREATE TABLE public.\"authors\""))
                .body("statements[0].description", equalTo("Create table authors"))
                .body("statements[0]", not(hasKey("destructive")))
                .body("warnings", hasSize(2))
                .body("warnings[0]", containsString("posts"));
        app.request()
                .get(app.path("schema"))
                .then()
                .statusCode(200)
                .body("schema.tables.posts.columns.number.type", equalTo("bigserial"))
                .body("schema.tables.posts.columns.embedding.type", equalTo("vector(3)"))
                .body("schema.tables.posts.columns.tags.type", equalTo("text[]"))
                .body("schema.tables.posts.columns.tags.default", equalTo("'{}'"))
                .body("schema.tables.posts.columns.title.default", equalTo("'untitled'"))
                .body("schema.tables.posts.columns.price.default", equalTo("-1"))
                .body("schema.tables.posts.columns.author_id.references.onDelete", equalTo("CASCADE"))
                .body("schema.tables.posts.indexes.posts_meta.opclass", equalTo("jsonb_path_ops"))
                .body("schema.tables.authors._seed", equalTo(true))
                .body("schema.tables.authors.columns.email.unique", equalTo(true));
        app.apply(BLOG)
                .statusCode(200)
                .body("applied", equalTo(0))
                .body("statements", empty())
                .body("message", equalTo("Schema is up to date"))
                .body("migration_id", nullValue());
    }

    @Test
    void theLedgerIsNewestFirst() {
        app.apply(table("\"x\":{\"type\":\"int\"}")).statusCode(200);
        app.request()
                .body("{\"name\":\"second '; --\",\"schema\":" + table("\"y\":{\"type\":\"int\"}") + "}")
                .post(app.path("schema/apply"))
                .then()
                .statusCode(200);
        app.request()
                .get(app.path("migrations"))
                .then()
                .statusCode(200)
                .body("app_id", equalTo(app.id()))
                .body("migrations.description", contains(equalTo("second '; --"), matchesPattern("schema_[-0-9TZ]+")))
                .body("migrations[0].applied_sql", equalTo("ALTER TABLE public.\"t\" ADD COLUMN \"y\" integer;"))
                .body("migrations[0].applied_at", matchesPattern("\\d{4}-.*T.*\\.\\d{3}Z"))
                .body("template_migrations", empty());
    }

    @Test
    void dataGoesOnlyWhenTheDocumentSaysSo() throws SQLException {
        app.apply(table("\"x\":{\"type\":\"int\"},\"y\":{\"type\":\"int\"}")).statusCode(200);
        for (String schema : List.of("{\"tables\":{}}", table("\"x\":{\"type\":\"text\"}"))) {
            app.apply(schema)
                    .statusCode(409)
                    .body("error.code", equalTo("SCHEMA_DESTRUCTIVE_CHANGE"))
                    .body("error.details", hasSize(1));
            app.dryRun(schema).statusCode(409);
        }
        app.apply(table("\"x\":{\"type\":\"int\"}")).statusCode(200).body("applied", equalTo(0));
        app.apply("{\"tables\":{\"t\":{\"columns\":{\"x\":{\"type\":\"int\"}},\"_dropColumns\":[\"y\"]}}}")
                .statusCode(200)
                .body("statements.description", contains("Drop column t.y"));
        app.dryRun("{\"tables\":{},\"_drop\":[\"t\"]}")
                .statusCode(200)
                .body("statements[0].destructive", equalTo(true));
        app.apply("{\"tables\":{},\"_drop\":[\"t\"]}").statusCode(200).body("applied", equalTo(1));
        assertThat(app.sql("SELECT count(*) FROM pg_class WHERE relname = 't'")).containsExactly("0");
    }

    @Test
    void changedAndMissingIndexesAreReported() {
        String start =
                "{\"tables\":{\"t\":{\"columns\":{\"x\":{\"type\":\"int\"},\"y\":{\"type\":\"int\"}},\"indexes\":{";
        app.apply(start + "\"i\":{\"columns\":[\"x\"]},\"j\":{\"columns\":[\"y\"]}}}}}")
                .statusCode(200);
        String changed = start + "\"i\":{\"columns\":[\"x\",\"y\"],\"unique\":true}}}}}";
        app.apply(changed)
                .statusCode(200)
                .body(
                        "statements.description",
                        contains("Drop index i of t", "Drop index j of t", "Create index i of t"));
        app.apply(changed).statusCode(200).body("applied", equalTo(0));
    }

    @Test
    void aNotNullColumnOverExistingRowsSaysHowMany() throws SQLException {
        app.apply(table("\"x\":{\"type\":\"int\"}")).statusCode(200);
        app.sql("INSERT INTO public.t SELECT generate_series(1, 3)");
        app.apply(
                        table(
                                "\"x\":{\"type\":\"int\"},\"z\":{\"type\":\"int\"},\"y\":{\"type\":\"text\",\"nullable\":false}"))
                .statusCode(400)
                .body("error.code", equalTo("SCHEMA_MIGRATION_FAILED"))
                .body("error.details.pg_code", equalTo("23502"))
                .body("error.details.severity", equalTo("ERROR"))
                .body("error.details.table", equalTo("t"))
                .body("error.details.column", equalTo("y"))
                .body("error.details.existing_row_count", equalTo(3))
                .body("error.message", not(containsString("ALTER")));
        assertThat(app.sql("SELECT count(*) FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attnum > 0"))
                .as("all or nothing")
                .containsExactly("1");
    }

    @Test
    void whatPostgresRefusesChangesNothing() throws SQLException {
        app.apply("{\"tables\":{\"a\":{\"columns\":{\"x\":{\"type\":\"int\"}}},\"b\":{\"columns\":{"
                        + "\"x\":{\"type\":\"int\",\"default\":\"nosuch(1)\"}}}}}")
                .statusCode(400)
                .body("error.code", equalTo("SCHEMA_MIGRATION_FAILED"))
                .body("error.details.pg_code", equalTo("42883"))
                .body("error.message", startsWith("Create table b failed"));
        assertThat(app.sql("SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b')"))
                .containsExactly("0");
        app.apply("{\"tables\":{\"a\":{\"columns\":{\"id\":{\"type\":\"int\",\"primaryKey\":true},"
                        + "\"b\":{\"type\":\"int\",\"references\":\"b.id\"}}},"
                        + "\"b\":{\"columns\":{\"id\":{\"type\":\"int\",\"primaryKey\":true},"
                        + "\"a\":{\"type\":\"int\",\"references\":\"a.id\"}}}}}")
                .statusCode(400)
                .body("error.code", equalTo("REQUEST_ERROR"));
        app.apply(table("\"x\":{\"type\":\"text\",\"default\":\"pg_sleep(60)::text\"}"))
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
        app.apply(table("\"x\":{\"type\":\"text\",\"nul\":true}"))
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                .body("error.details[0].path", equalTo("tables.t.columns.x.nul"))
                .body("error.remediation", notNullValue());
    }

    @Test
    void rightsFollowRowLevelSecurity() throws SQLException {
        app.apply(table("\"id\":{\"type\":\"serial\",\"primaryKey\":true},\"x\":{\"type\":\"int\"}"))
                .statusCode(200);
        for (String role : List.of("butterbase_user", "butterbase_service")) {
            app.sqlAs(role, "u1", "INSERT INTO t (x) VALUES (1)");
            assertThat(app.sqlAs(role, "u1", "SELECT count(*) > 0 FROM t")).containsExactly("t");
        }
        assertThatThrownBy(() -> app.sqlAs("butterbase_anon", "", "SELECT * FROM t"))
                .hasMessageContaining("permission denied for table t");
        app.post("rls/enable", "{\"table_name\":\"t\"}").statusCode(200);
        assertThat(app.sqlAs("butterbase_anon", "", "SELECT * FROM t")).isEmpty();
        assertThat(app.sqlAs("butterbase_service", "", "SELECT count(*) FROM t"))
                .containsExactly("2");
        app.request().delete(app.path("rls/t")).then().statusCode(200);
        assertThatThrownBy(() -> app.sqlAs("butterbase_anon", "", "SELECT * FROM t"))
                .hasMessageContaining("permission denied for table t");
    }

    @Test
    void strictRlsClosesOpenTablesToUsers() throws SQLException {
        app.apply(table("\"x\":{\"type\":\"int\"}")).statusCode(200);
        strictRls(true);
        assertThatThrownBy(() -> app.sqlAs("butterbase_user", "u", "SELECT * FROM t"))
                .hasMessageContaining("permission denied");
        assertThat(app.sqlAs("butterbase_service", "", "SELECT * FROM t")).isEmpty();
        app.apply("{\"tables\":{\"t\":{\"columns\":{}},\"u\":{\"columns\":{\"x\":{\"type\":\"int\"}}}}}")
                .statusCode(200)
                .body("warnings", hasItem(containsString("strict_rls")));
        assertThatThrownBy(() -> app.sqlAs("butterbase_user", "u", "SELECT * FROM u"))
                .hasMessageContaining("permission denied");
        app.post("rls/enable", "{\"table_name\":\"u\"}").statusCode(200);
        assertThat(app.sqlAs("butterbase_user", "u", "SELECT * FROM u")).isEmpty();
        strictRls(false);
        assertThat(app.sqlAs("butterbase_user", "u", "SELECT * FROM t")).isEmpty();
    }

    @Test
    void aTableThatARouteHidesIsWarnedOf() {
        app.apply("{\"tables\":{\"queues\":{\"columns\":{\"x\":{\"type\":\"int\"}}}}}")
                .statusCode(200)
                .body("warnings", hasItem(containsString("queues cannot be reached over REST")));
    }

    private void strictRls(boolean strict) {
        app.request()
                .body("{\"strict_rls\":" + strict + "}")
                .patch(app.path("config/strict-rls"))
                .then()
                .statusCode(200);
    }

    @Test
    void aRestrictivePolicyIsNotLostWithATableItUses() throws SQLException {
        app.apply(
                        "{\"tables\":{\"t\":{\"columns\":{\"x\":{\"type\":\"int\"}}},\"m\":{\"columns\":{\"x\":{\"type\":\"int\"}}}}}")
                .statusCode(200);
        String policy = "{\"table_name\":\"t\",\"policy_name\":\"p\",\"command\":\"SELECT\",\"using_expression\":"
                + "\"x IN (SELECT x FROM m)\",\"restrictive\":";
        String without = "{\"tables\":{\"t\":{\"columns\":{\"x\":{\"type\":\"int\"}}}},\"_drop\":[\"m\"]}";
        app.post("rls/policies", policy + "true}").statusCode(200);
        app.apply(without)
                .statusCode(409)
                .body("error.code", equalTo("SCHEMA_DESTRUCTIVE_CHANGE"))
                .body("error.details", contains("Drop policy t.p"));
        app.post("rls/policies", policy + "false}").statusCode(200);
        app.apply(without).statusCode(200).body("warnings.findAll { it.contains('t.p') }", hasSize(1));
    }

    @Test
    void twoAppliesAtOnceDoNotMeet() throws Exception {
        List<Callable<Integer>> applies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            applies.add(() -> app.apply(BLOG).statusCode(200).extract().path("applied"));
        }
        List<Integer> applied = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(4)) {
            for (Future<Integer> done : pool.invokeAll(applies)) {
                applied.add(done.get());
            }
        }
        assertThat(applied).containsExactlyInAnyOrder(6, 0, 0, 0);
        app.request().get(app.path("migrations")).then().statusCode(200).body("migrations", hasSize(1));
    }

    @Test
    void aTableInUseIsAConflictAndNotAnEndlessWait() throws Exception {
        app.apply(table("\"x\":{\"type\":\"int\"}")).statusCode(200);
        try (Connection busy = app.connect();
                Statement sql = busy.createStatement()) {
            busy.setAutoCommit(false);
            sql.execute("SELECT * FROM t");
            app.apply(table("\"x\":{\"type\":\"int\"},\"y\":{\"type\":\"int\"}"))
                    .statusCode(409)
                    .body("error.code", equalTo("RESOURCE_CONFLICT"));
        }
    }

    @Test
    void onlyAdministratorsOfTheAppGetIn() {
        String stranger = SchemaApp.strangersToken();
        for (String route : List.of("schema", "migrations", "rls")) {
            given().get(app.path(route)).then().statusCode(401).body("error.code", equalTo("AUTH_REQUIRED"));
            given().auth()
                    .preemptive()
                    .oauth2(stranger)
                    .get(app.path(route))
                    .then()
                    .statusCode(404);
            app.request().get("/v1/app_000000000000/" + route).then().statusCode(404);
            app.request().get("/v1/nonsense'--/" + route).then().statusCode(404);
        }
        given().auth()
                .preemptive()
                .oauth2(stranger)
                .get(app.path("schema"))
                .then()
                .body("error.code", equalTo("APP_NOT_FOUND"));
        for (String route : List.of("schema/apply", "rls", "rls/policies", "rls/enable", "secure")) {
            given().contentType(ContentType.JSON)
                    .body("{}")
                    .post(app.path(route))
                    .then()
                    .statusCode(401);
            given().auth()
                    .preemptive()
                    .oauth2(stranger)
                    .contentType(ContentType.JSON)
                    .body("{\"schema\":{\"tables\":{}},\"table_name\":\"t\"}")
                    .post(app.path(route))
                    .then()
                    .statusCode(404);
        }
    }
}
