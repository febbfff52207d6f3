package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Whom the policies, grants and roles of the moment let see what. */
@QuarkusTest
@WithTestResource(StackResource.class)
class AuthorisationIT extends AppIT {

    @Test
    void aPolicyIsInForceFromItsCommitOn() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, shown boolean)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (shown)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient service = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, true), (2, false)");
            assertThat(ada.awaitChanges(1)).extracting(AppIT::id).containsExactly(1);
            app.sql("ALTER POLICY p ON t USING (NOT shown)", "INSERT INTO t VALUES (3, true), (4, false)");
            assertThat(ada.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 4);
            app.sql(
                    "CREATE POLICY r ON t AS RESTRICTIVE FOR SELECT USING (id > 5)",
                    "INSERT INTO t VALUES (5, false), (6, false)");
            assertThat(ada.awaitChanges(3)).extracting(AppIT::id).containsExactly(1, 4, 6);
            app.sql("DROP POLICY p ON t", "INSERT INTO t VALUES (7, false)");
            service.awaitChanges(7);
            app.sql("ALTER TABLE t DISABLE ROW LEVEL SECURITY", "INSERT INTO t VALUES (8, false)");
            assertThat(ada.awaitChanges(4)).extracting(AppIT::id).containsExactly(1, 4, 6, 8);
        }
    }

    @Test
    void aMembershipIsAskedAtTheTimeOfTheChange() throws Exception {
        app.sql(
                "CREATE TABLE members (room int, user_id text, PRIMARY KEY (room, user_id))",
                "CREATE TABLE messages (id int PRIMARY KEY, room int)",
                "ALTER TABLE messages ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON messages FOR SELECT TO butterbase_user"
                        + " USING (EXISTS (SELECT FROM members m WHERE m.room = messages.room"
                        + " AND m.user_id = current_user_id()))");
        app.live("messages");
        try (SocketClient ada = app.user("ada").subscribe("messages");
                SocketClient bob = app.user("bob").subscribe("messages")) {
            app.sql("INSERT INTO members VALUES (1, 'ada'), (2, 'bob')", "INSERT INTO messages VALUES (1, 1), (2, 2)");
            assertThat(ada.awaitChanges(1)).extracting(AppIT::id).containsExactly(1);
            assertThat(bob.awaitChanges(1)).extracting(AppIT::id).containsExactly(2);
            app.sql(
                    "DELETE FROM members WHERE user_id = 'bob'",
                    "INSERT INTO members VALUES (2, 'ada')",
                    "INSERT INTO messages VALUES (3, 2)");
            assertThat(ada.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 3);
            assertThat(bob.changes()).hasSize(1);
        }
    }

    @Test
    void columnsWithoutAGrantAreLeftOutAndCannotBeFilteredBy() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, open text, secret text)",
                "REVOKE SELECT ON t FROM butterbase_user",
                "GRANT SELECT (id, open) ON t TO butterbase_user");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient prober = app.user("eve").subscribe("t", "{\"secret\":\"s\"}")) {
            app.sql("INSERT INTO t VALUES (1, 'o', 's')", "DELETE FROM t");
            assertThat(ada.awaitChanges(2).get(0).path("record").toString()).isEqualTo("{\"id\":1,\"open\":\"o\"}");
            assertThat(ada.changes().get(1).path("old_record").toString()).isEqualTo("{\"id\":1,\"open\":\"o\"}");
            assertThat(prober.changes()).isEmpty();
            app.sql("REVOKE SELECT ON t FROM butterbase_user", "REVOKE SELECT (id, open) ON t FROM butterbase_user");
            app.sql("INSERT INTO t VALUES (2, 'o', 's')");
            try (SocketClient service = app.service().subscribe("t")) {
                app.sql("INSERT INTO t VALUES (3, 'o', 's')");
                service.awaitChanges(1);
            }
            assertThat(ada.changes()).hasSize(2);
        }
    }

    @Test
    void anonymousClientsNeedAPolicy() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, public boolean)",
                "CREATE TABLE bare (id int PRIMARY KEY)",
                "GRANT SELECT ON t, bare TO butterbase_anon",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_anon USING (public)");
        app.live("t", "bare");
        try (SocketClient nobody = SocketClient.connect("/v1/" + app.id + "/realtime")) {
            nobody.subscribe("t").subscribe("bare");
            app.sql("INSERT INTO bare VALUES (9)", "INSERT INTO t VALUES (1, false)", "INSERT INTO t VALUES (2, true)");
            assertThat(nobody.awaitChanges(1)).extracting(AppIT::id).containsExactly(2);
        }
    }

    @Test
    void aPolicyThatFailsForOneRowDeniesThatRowAndNoOther() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, n int)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (10 / n > 0)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1, 1), (2, 0), (3, 2)");
            assertThat(ada.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 3);
        }
    }

    @Test
    void aPolicyOnASystemColumnShowsNothingToUsers() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY)",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (xmin IS NOT NULL)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient service = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1)");
            assertThat(service.awaitChanges(1)).hasSize(1);
            assertThat(ada.changes()).isEmpty();
        }
    }

    /** Case 19: the judge's connection serves all viewers, one after the other. */
    @Test
    void whatAPolicyLeavesBehindOnTheConnectionReachesNoOtherViewer() throws Exception {
        app.sql(
                "CREATE TABLE t (id int PRIMARY KEY, owner_id text)",
                "GRANT SELECT ON t TO butterbase_anon",
                "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                "CREATE FUNCTION leaves(sub text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN"
                        + " PERFORM set_config('request.jwt.claim.sub', sub, false);"
                        + " PERFORM set_config('request.jwt.claims', '{\"sub\":\"' || sub || '\"}', false);"
                        + " IF sub = 'eve' THEN RAISE EXCEPTION 'no'; END IF;"
                        + " RETURN true; END $$",
                "CREATE POLICY p ON t FOR SELECT USING (owner_id = current_user_id() AND leaves(owner_id))");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t");
                SocketClient eve = app.user("eve").subscribe("t");
                SocketClient bob = app.user("bob").subscribe("t");
                SocketClient nobody = SocketClient.connect("/v1/" + app.id + "/realtime")) {
            nobody.subscribe("t");
            for (int i = 0; i < 20; i += 4) {
                app.sql("INSERT INTO t VALUES (%d, 'ada'), (%d, 'bob'), (%d, 'eve'), (%d, 'ada')"
                        .formatted(i, i + 1, i + 2, i + 3));
            }
            assertThat(ada.awaitChanges(10)).extracting(AppIT::id).allMatch(id -> id % 4 == 0 || id % 4 == 3);
            assertThat(bob.awaitChanges(5)).extracting(AppIT::id).allMatch(id -> id % 4 == 1);
            assertThat(eve.changes()).isEmpty();
            assertThat(nobody.changes()).isEmpty();
        }
    }

    /** Case 21: same tables, same users, another app. */
    @Test
    void appsHearNothingOfEachOther() throws Exception {
        try (TestApp other = new TestApp(apps, keys)) {
            for (TestApp each : new TestApp[] {app, other}) {
                each.sql("CREATE TABLE t (id int PRIMARY KEY)");
                each.live("t");
            }
            try (SocketClient here = app.user("ada").subscribe("t");
                    SocketClient there = other.user("ada").subscribe("t")) {
                here.send("{\"type\":\"presence_track\"}");
                here.awaitType("presence_state");
                there.send("{\"type\":\"presence_track\"}");
                assertThat(there.awaitType("presence_state").path("clients")).isEmpty();
                app.sql("INSERT INTO t VALUES (1)");
                other.sql("INSERT INTO t VALUES (2)");
                app.sql("INSERT INTO t VALUES (3)");
                assertThat(there.awaitChanges(1)).extracting(AppIT::id).containsExactly(2);
                assertThat(here.awaitChanges(2)).extracting(AppIT::id).containsExactly(1, 3);
                assertThat(there.changes()).hasSize(1);
                assertThat(here.ofType("presence_join")).isEmpty();
            }
        }
    }

    @Test
    void requestRolesCannotReachTheJudge() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1)");
            ada.awaitChanges(1);
        }
        assertThat(app.query("SELECT has_schema_privilege(r, 'ghee_realtime', 'USAGE') OR EXISTS (SELECT FROM pg_proc p"
                        + " WHERE p.pronamespace = 'ghee_realtime'::regnamespace"
                        + " AND has_function_privilege(r, p.oid, 'EXECUTE'))"
                        + " FROM unnest('{butterbase_anon,butterbase_user,butterbase_service}'::text[]) r"))
                .containsOnly("f");
    }
}
