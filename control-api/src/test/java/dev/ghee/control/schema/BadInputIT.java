package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Case 26 of reliability.md on the routes of schemas and policies: no 500, no SQL in answers, nothing changed. */
@QuarkusTest
@WithTestResource(StackResource.class)
class BadInputIT {
    private static final List<String> POSTS = List.of("schema/apply", "rls", "rls/policies", "rls/enable", "secure");
    private static final List<String> HOSTILE = List.of(
            "\"; DROP TABLE t; --",
            "'; DROP TABLE t; --",
            "t\"; DROP TABLE t; --",
            "pg_class",
            "ghee.users",
            "public.t",
            "../../etc/passwd",
            "%00",
            "\u0000",
            "t\u0000",
            "é",
            "\ud83d\ude00",
            "a".repeat(64),
            "a".repeat(5000),
            "",
            " ",
            "T",
            "_migrations",
            "${jndi:ldap://x}",
            "{{7*7}}",
            "1); DROP TABLE t; --",
            "true) WITH CHECK (true); DROP TABLE t; --");
    private static final List<String> VALUES = List.of(
            "null", "true", "-1", "1e999", "[]", "{}", "[[[]]]", "\"x\"", "{\"tables\":[]}", "[{\"table_name\":1}]");

    private SchemaApp app;

    @BeforeEach
    void create() {
        app = SchemaApp.create();
        app.apply("{\"tables\":{\"t\":{\"columns\":{\"id\":{\"type\":\"uuid\",\"primaryKey\":true},"
                        + "\"u\":{\"type\":\"uuid\"},\"b\":{\"type\":\"boolean\"}}}}}")
                .statusCode(200);
    }

    @AfterEach
    void delete() {
        app.close();
    }

    @Test
    void bodiesThatAreNoObjects() {
        for (String route : POSTS) {
            for (String body : List.of("", "{", "[]", "null", "\"x\"", "7", "{\"a\":}", "\u0000", "[".repeat(2000))) {
                Response answer = app.request().body(body).post(app.path(route));
                // An app may be secured without naming tables.
                if (!(route.equals("secure") && answer.statusCode() == 200)) {
                    check(answer, route + " " + body.substring(0, Math.min(20, body.length())));
                }
            }
        }
    }

    @Test
    void otherContentTypesAndOversizedBodies() {
        for (String route : POSTS) {
            check(app.request().contentType(ContentType.TEXT).body("hello").post(app.path(route)), route + " as text");
            String big = "{\"schema\":{\"tables\":{}},\"table_name\":\"" + "x".repeat(1_200_000) + "\"}";
            try {
                Response answer = app.request().body(big).post(app.path(route));
                check(answer, route + " with a large body");
                assertThat(answer.statusCode()).isEqualTo(413);
            } catch (RuntimeException closed) {
                // The server may hang up before the client has sent it all.
                assertThat(closed).isNotNull();
            }
        }
    }

    @Test
    void fieldsOfTheWrongType() throws SQLException {
        String[] fields = {
            "schema",
            "dry_run",
            "name",
            "table_name",
            "user_column",
            "public_read_column",
            "policy_name",
            "command",
            "role",
            "using_expression",
            "with_check_expression",
            "restrictive",
            "tables"
        };
        var random = new Random(7);
        for (String route : POSTS) {
            for (int i = 0; i < 60; i++) {
                var body = new StringBuilder("{\"table_name\":\"t\"");
                for (String field : fields) {
                    if (random.nextInt(3) == 0) {
                        body.append(",\"")
                                .append(field)
                                .append("\":")
                                .append(VALUES.get(random.nextInt(VALUES.size())));
                    }
                }
                body.append('}');
                Response answer = app.request().body(body.toString()).post(app.path(route));
                assertHarmless(answer, route + " " + body);
            }
        }
        assertThat(app.sql("SELECT count(*) FROM public.t")).containsExactly("0");
    }

    @Test
    void hostileNamesAndExpressions() throws SQLException {
        for (String name : HOSTILE) {
            String json = quoted(name);
            if (!DslName.isValid(name) || name.startsWith("pg_")) {
                check(
                        app.request()
                                .body("{\"schema\":{\"tables\":{" + json + ":{\"columns\":{}}}}}")
                                .post(app.path("schema/apply")),
                        name);
            }
            check(
                    app.request()
                            .body("{\"schema\":{\"tables\":{\"t\":{\"columns\":{\"x\":{\"type\":" + json + "}}}}}}")
                            .post(app.path("schema/apply")),
                    name);
            check(
                    app.request()
                            .body("{\"table_name\":" + json + ",\"user_column\":\"u\"}")
                            .post(app.path("rls")),
                    name);
            check(
                    app.request()
                            .body("{\"table_name\":\"t\",\"user_column\":" + json + "}")
                            .post(app.path("rls")),
                    name);
            check(app.request().body("{\"table_name\":" + json + "}").post(app.path("rls/enable")), name);
            check(
                    app.request()
                            .body("{\"table_name\":\"t\",\"policy_name\":" + json
                                    + ",\"using_expression\":\"true) or (true\"}")
                            .post(app.path("rls/policies")),
                    name);
            check(
                    app.request()
                            .body("{\"table_name\":\"t\",\"policy_name\":\"p\",\"using_expression\":" + json + "}")
                            .post(app.path("rls/policies")),
                    name);
            String inPath = URLEncoder.encode(name.isBlank() ? "x y" : name, StandardCharsets.UTF_8)
                    .replace("+", "%20");
            check(app.request().urlEncodingEnabled(false).delete(app.path("rls/" + inPath)), name);
            check(app.request().urlEncodingEnabled(false).delete(app.path("rls/t/" + inPath)), name);
            check(
                    app.request()
                            .urlEncodingEnabled(false)
                            .body("{\"table_name\":\"t\",\"using_expression\":\"true\"}")
                            .patch(app.path("rls/policies/" + inPath)),
                    name);
        }
        assertThat(app.sql("SELECT count(*) FROM public.t")).containsExactly("0");
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }

    /** Refused, and harmless. */
    private static void check(Response answer, String context) {
        assertThat(answer.statusCode()).as(context).isBetween(400, 499);
        assertHarmless(answer, context);
    }

    private static void assertHarmless(Response answer, String context) {
        assertThat(answer.statusCode()).as(context).isLessThan(500);
        if (answer.statusCode() >= 400) {
            assertThat(answer.asString())
                    .as(context)
                    .doesNotContainIgnoringCase("CREATE POLICY")
                    .doesNotContainIgnoringCase("ALTER TABLE")
                    .doesNotContainIgnoringCase("SELECT ")
                    .doesNotContain("org.postgresql")
                    .doesNotContain("\tat ");
        }
    }
}
