package dev.ghee.control.rls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;

import dev.ghee.control.schema.SchemaApp;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class RlsIT {
    private static final String ANN = "11111111-1111-4111-8111-111111111111";
    private static final String BOB = "22222222-2222-4222-8222-222222222222";
    private static final String USER = "butterbase_user";
    private static final String ANON = "butterbase_anon";
    private static final String SERVICE = "butterbase_service";

    private SchemaApp app;

    @BeforeEach
    void create() {
        app = SchemaApp.create();
        app.apply("""
                {"tables":{
                 "notes":{"columns":{"id":{"type":"serial","primaryKey":true},"user_id":{"type":"uuid","nullable":false},
                   "body":{"type":"text"},"shown":{"type":"boolean","default":"false"},
                   "embedding":{"type":"vector(3)"},"price":{"type":"numeric(10,2)"}}},
                 "rooms":{"columns":{"id":{"type":"int","primaryKey":true},"owner":{"type":"text"}}},
                 "members":{"columns":{"room_id":{"type":"int"},"user_id":{"type":"text"}}},
                 "_internal":{"columns":{"id":{"type":"int"}}}}}""").statusCode(200);
    }

    @AfterEach
    void delete() {
        app.close();
    }

    private void isolateNotes() {
        app.post("rls", "{\"table_name\":\"notes\",\"user_column\":\"user_id\",\"public_read_column\":\"shown\"}")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("table", equalTo("notes"))
                .body("user_column", equalTo("user_id"))
                .body("policy_name", equalTo("notes_user_isolation"))
                .body("public_read_policies", contains("notes_public_read_user", "notes_public_read_anon"))
                .body("_meta", notNullValue());
    }

    @Test
    void isolationGivesEachUserRowsOfTheirOwn() throws SQLException {
        isolateNotes();
        app.sqlAs(USER, ANN, "INSERT INTO notes (body, embedding, price) VALUES ('a', '[1,2,3]', 1.50)");
        app.sqlAs(USER, BOB, "INSERT INTO notes (body, user_id, shown) VALUES ('b', '" + ANN + "', true)");
        assertThat(app.sql("SELECT body || user_id || coalesce(embedding::text, '') || coalesce(price::text, '')"
                        + " FROM notes ORDER BY body"))
                .as("the trigger fills in the user, whatever was sent, and touches nothing else")
                .containsExactly("a" + ANN + "[1,2,3]1.50", "b" + BOB);
        assertThat(app.sqlAs(USER, ANN, "SELECT body FROM notes ORDER BY 1")).containsExactly("a", "b");
        assertThat(app.sqlAs(USER, BOB, "SELECT body FROM notes")).containsExactly("b");
        assertThat(app.sqlAs(ANON, "", "SELECT body FROM notes")).containsExactly("b");
        assertThat(app.sqlAs(SERVICE, "", "SELECT body FROM notes ORDER BY 1")).containsExactly("a", "b");
        assertThat(app.sqlAs(USER, BOB, "UPDATE notes SET body = 'x' WHERE body = 'a' RETURNING 1"))
                .isEmpty();
        assertThatThrownBy(() -> app.sqlAs(USER, BOB, "UPDATE notes SET user_id = '" + ANN + "' WHERE body = 'b'"))
                .hasMessageContaining("row-level security");
        assertThatThrownBy(() -> app.sqlAs(ANON, "", "INSERT INTO notes (user_id) VALUES ('" + ANN + "')"))
                .hasMessageContaining("row-level security");
        app.sqlAs(SERVICE, "", "INSERT INTO notes (body, user_id) VALUES ('s', '" + ANN + "')");
        app.sql("INSERT INTO public.notes (body, user_id) VALUES ('o', '" + BOB + "')");
        assertThat(app.sql("SELECT user_id FROM notes WHERE body IN ('s', 'o') ORDER BY body"))
                .as("rows of the service and the owner keep their user")
                .containsExactly(BOB, ANN);
    }

    @Test
    void isolationMayBeRepeatedAndShowsInTheList() {
        isolateNotes();
        isolateNotes();
        app.post("rls", "{\"table_name\":\"rooms\",\"user_column\":\"owner\"}")
                .statusCode(200)
                .body("$", not(hasKey("public_read_policies")));
        app.request()
                .get(app.path("rls"))
                .then()
                .statusCode(200)
                .body("tables_with_rls", contains("notes", "rooms"))
                .body(
                        "policies.findAll { it.tablename == 'notes' }.policyname",
                        contains(
                                "notes_public_read_anon",
                                "notes_public_read_user",
                                "notes_service_bypass",
                                "notes_user_isolation"))
                .body("policies[0].schemaname", equalTo("public"))
                .body("policies[0].permissive", equalTo("PERMISSIVE"))
                .body("policies[0].cmd", equalTo("SELECT"))
                .body("policies[0].roles", contains(ANON))
                .body("policies[0].qual", equalTo("(shown = true)"))
                .body("policies[0]", hasKey("with_check"));
        app.request().get(app.path("schema")).then().body("schema.tables.notes.columns", not(hasKey("oid")));
    }

    @Test
    void isolationNamesWhatDoesNotFit() {
        expect("rls", "{\"table_name\":\"nosuch\",\"user_column\":\"user_id\"}", "VALIDATION_TABLE_NOT_FOUND");
        expect("rls", "{\"table_name\":\"notes\",\"user_column\":\"nosuch\"}", "VALIDATION_COLUMN_NOT_FOUND");
        expect("rls", "{\"table_name\":\"notes\",\"user_column\":\"shown\"}", "VALIDATION_INVALID_TYPE");
        expect(
                "rls",
                "{\"table_name\":\"notes\",\"user_column\":\"user_id\",\"public_read_column\":\"body\"}",
                "VALIDATION_INVALID_TYPE");
        expect("rls", "{\"table_name\":\"_internal\",\"user_column\":\"id\"}", "VALIDATION_RESERVED_TABLE");
        expect("rls", "{\"table_name\":\"notes\"}", "VALIDATION_INVALID_SCHEMA");
        expect("rls", "{\"table_name\":5,\"user_column\":\"x\"}", "VALIDATION_INVALID_SCHEMA");
    }

    private void expect(String route, String body, String code) {
        app.post(route, body)
                .statusCode(400)
                .body("error.code", equalTo(code))
                .body("error.remediation", notNullValue());
    }

    private String policy(String table, String expression, String more) {
        return "{\"table_name\":\"" + table + "\",\"policy_name\":\"p\",\"using_expression\":\"" + expression + "\""
                + more + "}";
    }

    @Test
    void aPolicyDoesNothingUntilItIsEnabled() throws SQLException {
        app.post("rls/policies", policy("notes", "user_id = current_user_id()::uuid", ",\"role\":\"user\""))
                .statusCode(200)
                .body("success", equalTo(true))
                .body("policy_name", equalTo("p"))
                .body("table", equalTo("notes"))
                .body("warnings", hasItem(containsString("off for notes")));
        app.sql("INSERT INTO public.notes (user_id, body) VALUES ('" + ANN + "', 'a')");
        assertThat(app.sqlAs(USER, BOB, "SELECT body FROM notes")).containsExactly("a");
        app.post("rls/enable", "{\"table_name\":\"notes\"}")
                .statusCode(200)
                .body("success", equalTo(true))
                .body("table", equalTo("notes"))
                .body("rls_enabled", equalTo(true));
        assertThat(app.sqlAs(USER, BOB, "SELECT body FROM notes")).isEmpty();
        assertThat(app.sqlAs(USER, ANN, "SELECT body FROM notes")).containsExactly("a");
        assertThat(app.sqlAs(SERVICE, "", "SELECT body FROM notes")).containsExactly("a");
        app.post("rls/policies", policy("notes", "body = 'a'", ""))
                .statusCode(200)
                .body("$", not(hasKey("warnings")));
        assertThat(app.sqlAs(USER, BOB, "SELECT body FROM notes"))
                .as("replaced")
                .containsExactly("a");
        assertThat(app.sqlAs(ANON, "", "SELECT body FROM notes"))
                .as("for everybody")
                .containsExactly("a");
    }

    @Test
    void expressionsThatDoNotFitAreTold() {
        expect("rls/policies", policy("notes", "user_id = current_user_id()", ""), "RLS_TYPE_MISMATCH");
        expect("rls/policies", policy("notes", "nosuch = 1", ""), "RLS_INVALID_EXPRESSION");
        expect("rls/policies", policy("notes", "nosuch(1)", ""), "RLS_INVALID_EXPRESSION");
        expect("rls/policies", policy("notes", "body", ""), "RLS_INVALID_EXPRESSION");
        expect("rls/policies", policy("notes", "a b c", ""), "RLS_INVALID_EXPRESSION");
        expect("rls/policies", policy("notes", "user_id = 'x'", ""), "RLS_INVALID_EXPRESSION");
        expect("rls/policies", policy("notes", "id IN (SELECT id FROM notes)", ""), "RLS_INVALID_EXPRESSION");
        expect("rls/policies", policy("nosuch", "true", ""), "VALIDATION_TABLE_NOT_FOUND");
        expect("rls/policies", policy("_internal", "true", ""), "VALIDATION_RESERVED_TABLE");
        expect("rls/policies", policy("notes", "true", ",\"role\":\"service\""), "VALIDATION_INVALID_SCHEMA");
        expect("rls/policies", policy("notes", "true", ",\"command\":\"TRUNCATE\""), "VALIDATION_INVALID_SCHEMA");
        expect("rls/policies", policy("notes", "true", ",\"command\":\"INSERT\""), "VALIDATION_INVALID_SCHEMA");
        expect("rls/policies", "{\"table_name\":\"notes\",\"policy_name\":\"p\"}", "VALIDATION_INVALID_SCHEMA");
        expect("rls/policies", policy("notes", "true", ",\"user_column\":\"shown\""), "VALIDATION_INVALID_TYPE");
        app.request().get(app.path("rls")).then().body("policies", empty()).body("tables_with_rls", empty());
    }

    @Test
    void expressionsThatReachPastTheRowAreRefused() {
        for (String attack : List.of(
                "true) WITH CHECK (true",
                "true); DROP TABLE notes; --",
                "pg_sleep(1) IS NULL",
                "pg_read_file('/etc/passwd') IS NULL",
                "set_config('role', 'ghee_owner', false) IS NULL",
                "dblink('x', 'y') IS NULL",
                "lo_import('/etc/passwd') IS NULL",
                "query_to_xml('select 1', true, true, '') IS NULL",
                "EXISTS (SELECT 1 FROM ghee.users)",
                "EXISTS (SELECT 1 FROM pg_shadow)",
                "EXISTS (SELECT 1 FROM information_schema.tables)",
                "nextval('notes_id_seq') > 0",
                "loread(1, 2) IS NULL",
                "currtid2('notes', '(0,1)') IS NULL",
                "true -- ",
                "$$a$$ = 'a'")) {
            expect("rls/policies", policy("notes", attack, ""), "RLS_UNSAFE_EXPRESSION");
        }
    }

    @Test
    void aPolicyOverAnotherTableWorksAndACircleIsRefused() throws SQLException {
        app.sql("INSERT INTO public.rooms VALUES (1, 'x'), (2, 'y')");
        app.sql("INSERT INTO public.members VALUES (1, '" + ANN + "')");
        app.post("rls/enable", "{\"table_name\":\"rooms\"}").statusCode(200);
        app.post(
                        "rls/policies",
                        policy(
                                "rooms",
                                "id IN (SELECT room_id FROM members m WHERE m.user_id = current_user_id())",
                                ",\"role\":\"user\",\"command\":\"SELECT\""))
                .statusCode(200)
                .body("$", not(hasKey("warnings")));
        assertThat(app.sqlAs(USER, ANN, "SELECT id FROM rooms")).containsExactly("1");
        assertThat(app.sqlAs(USER, BOB, "SELECT id FROM rooms")).isEmpty();
        app.post("rls/policies", policy("members", "EXISTS (SELECT 1 FROM rooms)", ""))
                .statusCode(400)
                .body("error.code", equalTo("RLS_INVALID_EXPRESSION"));
        app.post("rls/policies", policy("notes", "EXISTS (SELECT 1 FROM members)", ""))
                .statusCode(200)
                .body("warnings", hasItem(containsString(ANON)));
    }

    @Test
    void aRestrictivePolicyDoesNotBindServiceKeys() throws SQLException {
        isolateNotes();
        app.sqlAs(USER, ANN, "INSERT INTO notes (body) VALUES ('a')");
        app.post("rls/policies", policy("notes", "body = 'b'", ",\"restrictive\":true"))
                .statusCode(200);
        assertThat(app.sqlAs(USER, ANN, "SELECT body FROM notes")).isEmpty();
        assertThat(app.sqlAs(SERVICE, "", "SELECT body FROM notes")).containsExactly("a");
    }

    @Test
    void aPolicyIsChangedInPart() {
        app.post(
                        "rls/policies",
                        policy("notes", "shown", ",\"with_check_expression\":\"body = 'x'\",\"role\":\"user\""))
                .statusCode(200);
        app.request()
                .body("{\"table_name\":\"notes\",\"using_expression\":\"NOT shown\"}")
                .patch(app.path("rls/policies/p"))
                .then()
                .statusCode(200)
                .body("policy_name", equalTo("p"));
        app.request()
                .get(app.path("rls"))
                .then()
                .body("policies", hasSize(1))
                .body("policies[0].qual", equalTo("(NOT shown)"))
                .body("policies[0].with_check", equalTo("(body = 'x'::text)"))
                .body("policies[0].roles", contains(USER));
        app.request()
                .body("{\"table_name\":\"notes\",\"command\":\"SELECT\"}")
                .patch(app.path("rls/policies/p"))
                .then()
                .statusCode(200);
        app.request()
                .get(app.path("rls"))
                .then()
                .body("policies[0].cmd", equalTo("SELECT"))
                .body("policies[0].with_check", equalTo(null));
        app.request()
                .body("{\"table_name\":\"notes\",\"using_expression\":\"nosuch\"}")
                .patch(app.path("rls/policies/p"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("RLS_INVALID_EXPRESSION"));
        app.request().get(app.path("rls")).then().body("policies[0].qual", equalTo("(NOT shown)"));
        app.request()
                .body("{\"table_name\":\"notes\",\"using_expression\":\"true\"}")
                .patch(app.path("rls/policies/nosuch"))
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
    }

    @Test
    void policiesAreRemovedOneByOneOrAllTogether() throws SQLException {
        isolateNotes();
        app.request()
                .delete(app.path("rls/notes/notes_public_read_anon"))
                .then()
                .statusCode(200)
                .body("table", equalTo("notes"))
                .body("policy_name", equalTo("notes_public_read_anon"))
                .body("remaining_policies", equalTo(3))
                .body("message", notNullValue());
        app.request()
                .delete(app.path("rls/notes/notes_public_read_anon"))
                .then()
                .statusCode(404);
        app.request()
                .delete(app.path("rls/notes"))
                .then()
                .statusCode(200)
                .body("table", equalTo("notes"))
                .body("policies_removed", equalTo(3));
        app.request()
                .delete(app.path("rls/notes"))
                .then()
                .statusCode(404)
                .body("error.code", equalTo("RESOURCE_NOT_FOUND"));
        app.request().get(app.path("rls")).then().body("policies", empty()).body("tables_with_rls", empty());
        app.sqlAs(USER, ANN, "INSERT INTO notes (body, user_id) VALUES ('a', '" + BOB + "')");
        assertThat(app.sql("SELECT user_id FROM notes"))
                .as("the trigger is gone")
                .containsExactly(BOB);
        app.request()
                .delete(app.path("rls/nosuch"))
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_TABLE_NOT_FOUND"));
    }

    @Test
    void aTableThatComesBackStartsAfresh() {
        isolateNotes();
        app.apply("{\"tables\":{},\"_drop\":[\"notes\",\"rooms\",\"members\",\"_internal\"]}")
                .statusCode(200);
        app.apply(
                        "{\"tables\":{\"notes\":{\"columns\":{\"user_id\":{\"type\":\"text\"},\"shown\":{\"type\":\"boolean\"}}}}}")
                .statusCode(200);
        app.request().get(app.path("rls")).then().body("policies", empty());
        isolateNotes();
    }

    @Test
    void securingClosesTheAppAndReportsWhatDidNotFit() {
        app.post(
                        "secure",
                        "{\"tables\":[{\"table_name\":\"notes\",\"user_column\":\"user_id\",\"public_read_column\":\"shown\"},"
                                + "{\"table_name\":\"nosuch\",\"user_column\":\"x\"}]}")
                .statusCode(200)
                .body("app_id", equalTo(app.id()))
                .body("access_mode", equalTo("authenticated"))
                .body("tables_secured[0].table", equalTo("notes"))
                .body("tables_secured[0].policy", equalTo("notes_user_isolation"))
                .body("tables_secured[0].public_read_policies", hasSize(2))
                .body("table_errors[0].table", equalTo("nosuch"))
                .body("table_errors[0].error", notNullValue());
        app.request()
                .noContentType()
                .post(app.path("secure"))
                .then()
                .statusCode(200)
                .body("tables_secured", empty())
                .body("$", not(hasKey("table_errors")));
    }
}
