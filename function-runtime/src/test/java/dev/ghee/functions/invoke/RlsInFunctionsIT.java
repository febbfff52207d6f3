package dev.ghee.functions.invoke;

import static dev.ghee.functions.invoke.FunctionApp.bearer;
import static dev.ghee.functions.invoke.FunctionApp.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A function sees the rows that its caller may see, unless its code says otherwise and may. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RlsInFunctionsIT {
    private static final String TRIGGER = "[{\"type\":\"http\",\"config\":{\"auth\":\"none\"},\"enabled\":true}]";
    private static final String NOTES = """
            const SQL = "SELECT body FROM notes ORDER BY body";
            const bodies = async (db) => (await db.query(SQL)).rows.map((row) => row.body).join();
            export async function handler(req, ctx) {
              const attempt = (work) => work().catch((error) => error.code);
              return Response.json({
                own: await attempt(() => bodies(ctx.db)),
                bob: await attempt(() => ctx.db.asUser("bob", bodies)),
                anon: await attempt(() => ctx.db.asAnon(bodies)),
                service: await attempt(async () => bodies(ctx.db.asService())),
                team: (await ctx.db.query("SELECT current_setting('request.jwt.claims')::json->>'team' AS t")).rows[0].t,
              });
            }""";

    /** Each of these would show every row if the role it sets outlived its statement. */
    private static final String ESCAPES = """
            export async function handler(req, ctx) {
              const seen = [];
              const look = async (db) => (await db.query("SELECT body FROM notes ORDER BY body")).rows.map((row) => row.body).join();
              for (const sql of [
                "SELECT set_config('role', 'butterbase_service', false)",
                "SELECT set_config('request.jwt.claim.sub', 'bob', false)",
                "DO $$ BEGIN EXECUTE 'SET ROLE butterbase_service'; END $$",
                "SET ROLE butterbase_service", "RESET ROLE", "COMMIT", "/* x */ -- y\\n rollback",
              ]) {
                await ctx.db.query(sql).catch(() => {});
                seen.push(await look(ctx.db));
                seen.push(await ctx.db.transaction(async (tx) => {
                  await tx.query("SAVEPOINT s");
                  await tx.query(sql).catch(() => tx.query("ROLLBACK TO s"));
                  return look(tx);
                }));
              }
              const owner = await ctx.db.query("SET ROLE ghee_owner").catch((error) => error.code);
              const ghee = await ctx.db.query("SELECT * FROM ghee.functions").catch((error) => error.code);
              return Response.json({ seen: [...new Set(seen)], owner, ghee });
            }""";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private FunctionApp app;

    @BeforeAll
    void notes() throws Exception {
        app = new FunctionApp(apps, keys);
        app.sql(
                "CREATE TABLE notes (owner text, body text, open boolean)",
                "INSERT INTO notes VALUES ('ada', 'of ada', false), ('bob', 'of bob', false), ('bob', 'open', true)",
                "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
                "GRANT SELECT ON notes TO butterbase_anon",
                "CREATE POLICY own ON notes TO butterbase_user USING (owner = current_user_id())",
                "CREATE POLICY open ON notes TO butterbase_anon USING (open)",
                "CREATE POLICY service ON notes TO butterbase_service USING (true)");
        app.function("notes", TRIGGER, NOTES, true, false);
        app.function("marked", TRIGGER, NOTES, true, true);
        app.function("escapes", TRIGGER, ESCAPES, true, false);
    }

    @AfterAll
    void drop() throws Exception {
        app.close();
    }

    private String call(String function, String... headers) {
        return json(app.get("/fn/" + function, headers)).toString();
    }

    @Test
    void theCallersPoliciesHold() {
        assertThat(call("notes", "Authorization", bearer(app.token("ada")))).isEqualTo("""
                {"own":"of ada","bob":"of bob,open","anon":"open","service":"AUTH_FORBIDDEN","team":"red"}""");
        assertThat(call("notes")).isEqualTo("""
                {"own":"open","bob":"of bob,open","anon":"open","service":"AUTH_FORBIDDEN","team":null}""");
        assertThat(call("notes", "Authorization", bearer(app.serviceKey))).isEqualTo("""
                {"own":"of ada,of bob,open","bob":"of bob,open","anon":"open","service":"of ada,of bob,open",\
                "team":null}""");
    }

    @Test
    void serviceIsForFunctionsThatAreMarkedSo() {
        assertThat(call("marked")).isEqualTo("""
                {"own":"open","bob":"of bob,open","anon":"open","service":"of ada,of bob,open","team":null}""");
    }

    @Test
    void noStatementGivesTheNextMoreThanItsCallerHas() {
        assertThat(call("escapes", "Authorization", bearer(app.token("ada")))).isEqualTo("""
                {"seen":["of ada"],"owner":"VALIDATION_INVALID_INPUT","ghee":"42501"}""");
        assertThat(call("notes", "Authorization", bearer(app.token("ada")))).startsWith("{\"own\":\"of ada\"");
    }
}
