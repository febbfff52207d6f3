package dev.ghee.functions.authhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AuthEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.invoke.FunctionApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Sign-ins reach the function that the app has named. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthHooksIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    SharedTopics topics;

    private FunctionApp app;

    @BeforeAll
    void functions() throws Exception {
        app = new FunctionApp(apps, keys);
        app.sql(
                "CREATE TABLE profiles (id text PRIMARY KEY, heard jsonb, tries int DEFAULT 1)",
                "ALTER TABLE profiles ENABLE ROW LEVEL SECURITY",
                "GRANT ALL ON profiles TO butterbase_service",
                "CREATE POLICY service ON profiles TO butterbase_service USING (true)");
        // After the first sign-in, a profile: the row's key makes repeats harmless.
        app.function("after-auth", "[]", """
                export async function handler(req, ctx) {
                  const event = await req.json();
                  await ctx.db.query(
                    "INSERT INTO profiles (id, heard) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET tries = profiles.tries + 1",
                    [event.user.id, JSON.stringify({ ...event, key: req.headers.get("idempotency-key") })]);
                  return Response.json({ ok: true });
                }""", true, false);
        app.function("unlucky", "[]", """
                export async function handler(req, ctx) {
                  const event = await req.json();
                  const { rows } = await ctx.db.query(
                    "INSERT INTO profiles (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET tries = profiles.tries + 1 RETURNING tries",
                    [event.user.id]);
                  return new Response(null, { status: rows[0].tries < 2 ? 503 : 204 });
                }""", true, false);
    }

    @AfterAll
    void close() throws Exception {
        app.close();
    }

    private AuthEvent signIn(String function, Instant at) {
        String user = UUID.randomUUID().toString();
        var event = new AuthEvent(
                UUID.randomUUID().toString(),
                app.id,
                function,
                at,
                new AuthEvent.Payload(
                        "signup", new AuthEvent.User(user, "ada@example.com", "email", "Ada", null), true, "email"));
        topics.write(Topics.FUNCTIONS, app.id.value(), event.id(), Contracts.write(event))
                .join();
        return event;
    }

    private String profile(AuthEvent of, String what) throws Exception {
        return String.join(
                ",",
                app.query("SELECT " + what + " FROM profiles WHERE id = '"
                        + of.payload().user().id() + "'"));
    }

    @Test
    void theFunctionHearsWhoSignedInAndMayWriteAsService() throws Exception {
        AuthEvent event = signIn("after-auth", Instant.now());
        await().atMost(PATIENCE).until(() -> !profile(event, "id").isEmpty());
        assertThat(profile(event, "heard->>'event'")).isEqualTo("signup");
        assertThat(profile(event, "heard->'user'->>'email'")).isEqualTo("ada@example.com");
        assertThat(profile(event, "heard->>'isNewUser'")).isEqualTo("true");
        assertThat(profile(event, "heard->>'provider'")).isEqualTo("email");
        assertThat(profile(event, "heard->>'key'")).isEqualTo(event.id());
    }

    @Test
    void aCallThatFailedIsTriedAgain() throws Exception {
        AuthEvent event = signIn("unlucky", Instant.now());
        await().atMost(PATIENCE).until(() -> "2".equals(profile(event, "tries")));
    }

    @Test
    void anAppWithoutThatFunctionAndAnEventOfLongAgoHoldNobodyUp() throws Exception {
        signIn("nobody", Instant.now());
        AuthEvent old = signIn("after-auth", Instant.now().minus(Duration.ofDays(2)));
        AuthEvent next = signIn("after-auth", Instant.now());
        await().atMost(PATIENCE).until(() -> !profile(next, "id").isEmpty());
        assertThat(profile(old, "id")).isEmpty();
    }
}
