package dev.ghee.control.data;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DataApiIT {
    private static final String KEY = "00000000-0000-0000-0000-00000000000";

    private TestApp app;

    @BeforeEach
    void threeNotes() throws SQLException {
        if (app == null) {
            app = TestApp.create(
                    "CREATE TABLE authors (id int PRIMARY KEY)",
                    """
                    CREATE TABLE notes (
                      id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL UNIQUE, stars int CHECK (stars < 6),
                      author int REFERENCES authors (id), done bool NOT NULL DEFAULT false, tags text[])""",
                    "CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b))",
                    "CREATE TABLE keyless (a int)",
                    "CREATE TABLE numbered (no int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, label text)",
                    "CREATE TABLE _hidden (id int)",
                    "CREATE TABLE private (id int PRIMARY KEY, owner text)");
            app.isolate("private", "owner");
        }
        app.execute(
                "TRUNCATE notes, authors, pairs, keyless, numbered, private",
                "INSERT INTO notes (id, title, stars, done) VALUES ('" + KEY + "1', 'one', 1, true), ('" + KEY
                        + "2', 'two', 2, false), ('" + KEY + "3', 'three', 3, false)");
    }

    @AfterAll
    void drop() throws SQLException {
        app.close();
    }

    @Test
    void listsABareArrayInTheOrderAskedFor() {
        app.asService()
                .get(app.path("notes?select=title,nothing&order=stars.desc,nothing.asc&limit=2&offset=1"))
                .then()
                .statusCode(200)
                .header("X-Total-Count", nullValue())
                .header("Link", nullValue())
                .body("$", hasSize(2))
                .body("title", contains("two", "one"))
                .body("[0].size()", equalTo(1));
    }

    @Test
    void anUnknownSelectionIsEverythingAndBadPagesAreIgnored() {
        app.asService()
                .get(app.path("notes?select=nothing&limit=x&offset=-1"))
                .then()
                .statusCode(200)
                .body("$", hasSize(3))
                .body("[0].size()", equalTo(6));
    }

    @Test
    void countsOnlyOnRequest() {
        app.asService()
                .get(app.path("notes?limit=2&count=exact&stars=lt.9"))
                .then()
                .header("X-Total-Count", "3")
                .header("Content-Range", "0-1/3")
                .header(
                        "Link",
                        equalTo("<" + app.path("notes") + "?count=exact&stars=lt.9&limit=2&offset=2>; rel=\"next\""));
        app.asService()
                .header("Prefer", "count=exact")
                .get(app.path("notes?stars=gt.9"))
                .then()
                .header("X-Total-Count", "0")
                .header("Content-Range", "*/0");
    }

    @Test
    void filtersOnTheSameColumnAreAllHeeded() {
        app.asService().get(app.path("notes?stars=gte.2&stars=lt.3")).then().body("title", contains("two"));
    }

    @Test
    void understandsEveryOperator() {
        assertThat(titles("title=eq.one")).containsExactly("one");
        assertThat(titles("title=neq.one")).containsExactlyInAnyOrder("two", "three");
        assertThat(titles("title=like.t%25")).containsExactlyInAnyOrder("two", "three");
        assertThat(titles("title=ilike.T%25O")).containsExactly("two");
        assertThat(titles("title=in.(one,three)")).containsExactlyInAnyOrder("one", "three");
        assertThat(titles("title=in.()")).isEmpty();
        assertThat(titles("tags=is.null")).hasSize(3);
        assertThat(titles("done=is.true")).containsExactly("one");
        assertThat(titles("done=is.false&stars=lte.2")).containsExactly("two");
        assertThat(titles("done=is.unheard")).hasSize(3);
        assertThat(titles("title=fts.two")).containsExactly("two");
        assertThat(titles("stars=&title=eq.one")).containsExactly("one");
    }

    @Test
    void refusesInvalidFiltersByName() {
        for (String filter : List.of("nothing=eq.1", "stars=near.1", "stars=1", "stars=in.1", "title=is.true")) {
            app.asService()
                    .get(app.path("notes?" + filter))
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                    .body("error.details.invalidFilters", hasSize(1));
        }
    }

    @Test
    void refusesMoreThanItsLimits() {
        assertThat(code("notes?limit=10001")).isEqualTo("VALIDATION_INVALID_INPUT");
        assertThat(code("notes?" + "stars=gt.0&".repeat(51))).isEqualTo("VALIDATION_INVALID_INPUT");
        assertThat(code("notes?stars=in.(" + "1,".repeat(1000) + "1)")).isEqualTo("VALIDATION_INVALID_INPUT");
        assertThat(code("notes?stars=gt.x")).isEqualTo("VALIDATION_INVALID_INPUT");
    }

    @Test
    void getsUpdatesAndDeletesOneRowByKey() {
        app.asService()
                .get(app.path("notes/" + KEY + "2"))
                .then()
                .statusCode(200)
                .body("title", equalTo("two"));
        app.asService()
                .body("{\"stars\":5,\"unknown\":1}")
                .patch(app.path("notes/" + KEY + "2"))
                .then()
                .statusCode(200)
                .body("stars", equalTo(5))
                .body("title", equalTo("two"));
        app.asService()
                .delete(app.path("notes/" + KEY + "2"))
                .then()
                .statusCode(200)
                .body("deleted", equalTo(true));
        for (String method : List.of("GET", "DELETE", "PATCH")) {
            app.asService()
                    .body(method.equals("PATCH") ? "{\"stars\":1}" : "")
                    .request(method, app.path("notes/" + KEY + "2"))
                    .then()
                    .statusCode(404)
                    .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        }
    }

    @Test
    void keysMustFit() {
        assertThat(code("notes/7")).isEqualTo("VALIDATION_INVALID_TYPE");
        assertThat(code("numbered/x")).isEqualTo("VALIDATION_INVALID_INPUT");
        assertThat(code("pairs/1")).isEqualTo("VALIDATION_INVALID_SCHEMA");
        assertThat(code("keyless/1")).isEqualTo("VALIDATION_INVALID_SCHEMA");
    }

    @Test
    void insertsOneOrMany() {
        app.asService()
                .body("{\"title\":\"four\",\"tags\":[\"a\"]}")
                .post(app.path("notes?select=title"))
                .then()
                .statusCode(201)
                .body("title", equalTo("four"))
                .body("done", equalTo(false))
                .body("tags", contains("a"));
        app.asService()
                .body("[{\"title\":\"five\"},{\"title\":\"six\",\"stars\":2},{\"title\":\"seven\"}]")
                .post(app.path("notes"))
                .then()
                .statusCode(201)
                .body("title", contains("five", "six", "seven"))
                .body("done", contains(false, false, false));
    }

    @Test
    void manyRowsAreInsertedTogetherOrNotAtAll() throws SQLException {
        app.asService()
                .body("[{\"title\":\"new\"},{\"title\":\"one\",\"stars\":1}]")
                .post(app.path("notes"))
                .then()
                .statusCode(400);
        assertThat(app.column("SELECT title FROM notes WHERE title = 'new'")).isEmpty();
    }

    @Test
    void bodiesMustSetSomething() {
        for (String body : List.of(
                "{}", "{\"unknown\":1}", "[]", "7", "\"x\"", "null", "", "{\"title\":", "[{}]", "[1]", "{} {}")) {
            app.asService()
                    .body(body)
                    .post(app.path("notes"))
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"));
        }
        app.asService()
                .body("[{\"stars\":1}]")
                .patch(app.path("notes/" + KEY + "1"))
                .then()
                .statusCode(400);
    }

    @Test
    void changesWhatFiltersMatch() throws SQLException {
        app.asService()
                .body("{\"done\":true}")
                .patch(app.path("notes?stars=gt.1"))
                .then()
                .statusCode(200)
                .body("$", hasSize(2))
                .body("done", contains(true, true));
        app.asService()
                .delete(app.path("notes?stars=eq.3"))
                .then()
                .statusCode(200)
                .body("deleted", equalTo(true))
                .body("count", equalTo(1));
        assertThat(app.column("SELECT title FROM notes ORDER BY 1")).containsExactly("one", "two");
    }

    @Test
    void changesNothingWithoutAFilter() throws SQLException {
        for (String query : List.of("", "?limit=1&select=title", "?title=", "?done=is.unheard")) {
            app.asService()
                    .delete(app.path("notes" + query))
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("VALIDATION_MISSING_FIELD"));
            app.asService()
                    .body("{\"stars\":1}")
                    .patch(app.path("notes" + query))
                    .then()
                    .statusCode(400);
        }
        assertThat(app.column("SELECT title FROM notes")).hasSize(3);
    }

    @Test
    void tooManyMatchesChangeNothing() throws SQLException {
        app.execute("INSERT INTO keyless SELECT i FROM generate_series(1, 10001) AS i");
        app.asService()
                .body("{\"a\":0}")
                .patch(app.path("keyless?a=gt.0"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_INPUT"));
        assertThat(app.column("SELECT 1 FROM keyless WHERE a = 0")).isEmpty();
        app.asService()
                .get(app.path("keyless"))
                .then()
                .statusCode(200)
                .body("$", hasSize(10_000))
                .header("Link", equalTo("<" + app.path("keyless") + "?limit=10000&offset=10000>; rel=\"next\""));
    }

    @Test
    void namesTheConstraintThatRefuses() {
        assertThat(insertError("{\"title\":\"one\"}")).isEqualTo("VALIDATION_UNIQUE_CONSTRAINT_VIOLATION");
        assertThat(insertError("{\"title\":\"x\",\"author\":7}")).isEqualTo("VALIDATION_FOREIGN_KEY_VIOLATION");
        assertThat(insertError("{\"title\":\"x\",\"stars\":9}")).isEqualTo("VALIDATION_CHECK_CONSTRAINT_VIOLATION");
        assertThat(insertError("{\"title\":null}")).isEqualTo("VALIDATION_NOT_NULL_VIOLATION");
        assertThat(insertError("{\"title\":\"x\",\"stars\":\"many\"}")).isEqualTo("VALIDATION_INVALID_INPUT");
        assertThat(insertError("{\"title\":\"x\",\"stars\":99999999999}")).isEqualTo("VALIDATION_INVALID_INPUT");
        assertThat(insertError("{\"title\":\"a\\u0000b\"}")).isEqualTo("VALIDATION_INVALID_INPUT");
    }

    @Test
    void tablesOfThePlatformAndMissingOnesDoNotExist() {
        for (String table : List.of("_hidden", "nothing", "pg_class", "ghee.users", "users%22", "notes%00")) {
            app.asService()
                    .get(app.path(table))
                    .then()
                    .statusCode(404)
                    .body("error.code", equalTo("VALIDATION_TABLE_NOT_FOUND"));
        }
    }

    @Test
    void aTableMadeBehindOurBackIsFoundAndAChangedOneIsReadAnew() throws Exception {
        app.asService().get(app.path("late")).then().statusCode(404);
        app.execute("CREATE TABLE late (id int PRIMARY KEY, a int)", "INSERT INTO late VALUES (1, 2)");
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> app.asService()
                        .get(app.path("late"))
                        .then()
                        .statusCode(200)
                        .body("a", contains(2)));
        app.execute("ALTER TABLE late DROP COLUMN a", "ALTER TABLE late ADD COLUMN b text DEFAULT 'new'");
        app.asService().get(app.path("late")).then().statusCode(200).body("[0].size()", equalTo(2));
        app.execute("ALTER TABLE late ALTER COLUMN b TYPE varchar(9)");
        app.asService().get(app.path("late?b=eq.new")).then().statusCode(200).body("$", hasSize(1));
        app.execute("DROP TABLE late");
        app.asService().get(app.path("late")).then().statusCode(404);
    }

    @Test
    void keysActAsWhomTheySay() {
        app.asService()
                .body("[{\"id\":1,\"owner\":\"ann\"},{\"id\":2,\"owner\":\"bob\"}]")
                .post(app.path("private"))
                .then()
                .statusCode(201);
        app.asService().get(app.path("private")).then().body("$", hasSize(2));
        app.asUser("ann").get(app.path("private")).then().body("owner", contains("ann"));
        app.asService()
                .header("X-Butterbase-As-User", "bob")
                .get(app.path("private"))
                .then()
                .body("owner", contains("bob"));
        app.asService()
                .header("X-Butterbase-As-Role", "root")
                .get(app.path("private"))
                .then()
                .statusCode(400);
        app.asService()
                .header("X-Butterbase-As-Role", "user")
                .get(app.path("private"))
                .then()
                .statusCode(400);
        app.asUser("ann")
                .body("{\"id\":3,\"owner\":\"bob\"}")
                .post(app.path("private"))
                .then()
                .statusCode(403)
                .body("error.code", equalTo("AUTH_RLS_POLICY_VIOLATION"));
        app.asUser("ann").get(app.path("private/2")).then().statusCode(404);
        app.asUser("ann").delete(app.path("private/2")).then().statusCode(404);
    }

    @Test
    void headersOfImpersonationMeanNothingWithoutAKey() {
        app.asNobody()
                .header("X-Butterbase-As-Role", "service")
                .get(app.path("private"))
                .then()
                .statusCode(403);
        app.asNobody()
                .header("X-Butterbase-As-User", "ann")
                .get(app.path("private"))
                .then()
                .statusCode(403);
    }

    @Test
    void appsOfOthersDoNotExist() {
        String unknown = "/v1/app_000000000000/notes";
        app.asService().get(unknown).then().statusCode(404).body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        given().get(unknown).then().statusCode(404).body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        given().auth()
                .oauth2("bb_sk_" + "0".repeat(40))
                .get(app.path("notes"))
                .then()
                .statusCode(401);
        given().header("x", UUID.randomUUID())
                .get("/v1/not-an-app/notes")
                .then()
                .statusCode(404);
    }

    private List<String> titles(String query) {
        return app.asService()
                .get(app.path("notes?" + query))
                .then()
                .statusCode(200)
                .extract()
                .path("title");
    }

    private String code(String rest) {
        return app.asService()
                .get(app.path(rest))
                .then()
                .statusCode(400)
                .extract()
                .path("error.code");
    }

    private String insertError(String body) {
        return app.asService()
                .body(body)
                .post(app.path("notes"))
                .then()
                .statusCode(400)
                .extract()
                .path("error.code");
    }
}
