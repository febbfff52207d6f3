package dev.ghee.functions.invoke;

import static dev.ghee.functions.invoke.FunctionApp.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.functions.binding.Capabilities;
import dev.ghee.functions.binding.Grant;
import dev.ghee.functions.binding.Invocation;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.tenancy.rls.DbClaims;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reliability case 29: code that looks for more than it was given finds nothing, and what it takes along is no use. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CapabilityIT {
    /** Takes what calls give it and offers it again later, and looks through everything within its reach. */
    private static final String HOSTILE = """
            import * as workers from "cloudflare:workers";
            let kept;
            export async function handler(req, ctx) {
              const url = new URL(req.url);
              switch (url.pathname.split("/")[5]) {
                case "keep":
                  kept = ctx;
                  return new Response("kept");
                case "use": {
                  const tries = [
                    () => kept.db.query("SELECT 1"), () => kept.db.transaction(async () => {}), () => kept.invoke("hostile"),
                    () => kept.idempotency.claim("k"),
                  ];
                  return Response.json(await Promise.all(tries.map((one) => one().then(() => "worked", (error) => error.code))));
                }
                case "walk": {
                  const found = new Set();
                  const seen = new Set();
                  const walk = (value, depth) => {
                    if (depth > 6 || value === null || value === undefined) return;
                    if (typeof value === "string") { found.add(value); return; }
                    if ((typeof value !== "object" && typeof value !== "function") || seen.has(value)) return;
                    seen.add(value);
                    for (const key of Reflect.ownKeys(value)) {
                      found.add(String(key));
                      try { walk(value[key], depth + 1); } catch {}
                    }
                    try { walk(Object.getPrototypeOf(value), depth + 1); } catch {}
                  };
                  walk(globalThis, 0);
                  walk(process.env, 0);
                  walk(workers, 0);
                  walk(ctx, 0);
                  walk([...req.headers], 0);
                  walk(new Error().stack, 0);
                  const host = [typeof workers.env.HOST, typeof ctx.env.HOST, typeof globalThis.HOST];
                  return Response.json({ text: [...found].join("\\n"), host });
                }
                case "read": {
                  const files = await import("node:fs").then(
                    (fs) => { try { return fs.readFileSync("/proc/self/environ", "utf8"); } catch (error) { return "refused"; } },
                    () => "refused");
                  const modules = await Promise.all(["../ghee/host.js", "./ghee/globals.js"].map(
                    (name) => import(name).then((module) => Object.keys(module).join(), () => "refused")));
                  return Response.json({ files, modules });
                }
                case "patched": {
                  const stolen = [];
                  const original = { fetch: globalThis.fetch, stringify: JSON.stringify };
                  globalThis.fetch = (...all) => { stolen.push(all); return original.fetch(...all); };
                  globalThis.Response = class extends Response {};
                  globalThis.Headers = class {};
                  const { rows } = await ctx.db.query("SELECT 7 AS n");
                  return Response.json({ n: rows[0].n, stolen: stolen.length });
                }
              }
            }""";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    Capabilities capabilities;

    private FunctionApp app;
    private FunctionApp other;

    @BeforeAll
    void functions() throws Exception {
        app = new FunctionApp(apps, keys);
        other = new FunctionApp(apps, keys);
        app.function("hostile", "none", HOSTILE);
    }

    @AfterAll
    void drop() throws Exception {
        app.close();
        other.close();
    }

    @Test
    void whatAnEndedCallWasGivenIsNoUse() {
        assertThat(app.get("/fn/hostile/keep").body()).isEqualTo("kept");
        assertThat(json(app.get("/fn/hostile/use")).toString())
                .isEqualTo("[\"AUTH_FORBIDDEN\",\"AUTH_FORBIDDEN\",\"AUTH_FORBIDDEN\",\"AUTH_FORBIDDEN\"]");
    }

    @Test
    void aCapabilityIsGoodForItsOwnAppAndUntilItsCallIsOver() {
        var state = apps.known(app.id).orElseThrow();
        Invocation call = capabilities.issue(new Grant(state, UUID.randomUUID(), "f", DbClaims.anonymous(), false, 0));
        assertThat(capabilities.isUnderWay(app.id, call.capability())).isTrue();
        assertThat(capabilities.isUnderWay(other.id, call.capability())).isFalse();
        assertThat(capabilities.isUnderWay(app.id, call.capability() + "A")).isFalse();
        capabilities.end(call);
        assertThat(capabilities.isUnderWay(app.id, call.capability())).isFalse();
        assertThat(call.toString()).doesNotContain(call.capability());
    }

    @Test
    void nothingOfThePlatformIsWithinReach() {
        JsonNode found = json(app.get("/fn/hostile/walk"));
        String text = found.path("text").asText();
        assertThat(found.path("host")).extracting(JsonNode::asText).containsOnly("undefined");
        for (String secret : new String[] {
            "ghee.postgres.owner-password", "ghee.postgres.authenticator-password", "ghee.s3.secret-key"
        }) {
            String value = ConfigProvider.getConfig().getValue(secret, String.class);
            assertThat(text).as(secret).doesNotContain(value);
        }
        assertThat(text).doesNotContain("capability", "x-ghee", "postgres://", "bb_sk_");
    }

    @Test
    void neitherFilesNorTheWrappersSecretsCanBeRead() {
        JsonNode read = json(app.get("/fn/hostile/read"));
        assertThat(read.path("files").asText()).doesNotContain("PATH=");
        assertThat(read.path("modules").toString()).doesNotContain("capability");
    }

    @Test
    void codeThatReplacesGlobalsIsServedAsBefore() {
        assertThat(json(app.get("/fn/hostile/patched")).toString()).isEqualTo("{\"n\":7,\"stolen\":0}");
    }
}
