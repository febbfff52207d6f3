package dev.ghee.functions.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.SocketEvent;
import dev.ghee.contracts.SocketEvent.Role;
import dev.ghee.contracts.SocketEventReply;
import dev.ghee.contracts.SocketEventReply.Outcome;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.invoke.FunctionApp;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What comes of a client's event, as realtime-gateway hears it. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SocketEventsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REPLICA = "gateway-of-this-test";
    private static final JsonMapper JSON = new JsonMapper();

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    @Inject
    SharedTopics topics;

    private final Map<String, SocketEventReply> replies = new ConcurrentHashMap<>();
    private FunctionApp app;

    @BeforeAll
    void functions() throws Exception {
        app = new FunctionApp(apps, keys);
        app.sql(
                "CREATE TABLE secrets (owner text)",
                "ALTER TABLE secrets ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON secrets USING (owner = current_user_id())",
                "GRANT SELECT ON secrets TO butterbase_anon, butterbase_user, butterbase_service",
                "CREATE POLICY service ON secrets TO butterbase_service USING (true)",
                "INSERT INTO secrets VALUES ('ada'), ('ben')");
        function("look", "look", """
                export async function handler(req, ctx) {
                  const { event, payload } = await req.json();
                  const { rows } = await ctx.db.query("SELECT owner FROM secrets ORDER BY owner", []);
                  return Response.json({ event, payload, user: ctx.user?.id ?? null, sees: rows.map(r => r.owner) });
                }""");
        function("text", "text", "export const handler = async () => new Response('plain', {status: 418});");
        function("throws", "throws", "export async function handler() { throw new Error('secret reason'); }");
        topics.followEvents(Topics.SOCKET_EVENT_REPLIES, record -> {
                    try {
                        SocketEventReply reply = Contracts.read(record.value(), SocketEventReply.class);
                        if (reply.replicaId().equals(REPLICA)) {
                            replies.put(reply.id(), reply);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .caughtUp()
                .join();
    }

    @AfterAll
    void close() throws Exception {
        app.close();
    }

    private void function(String name, String event, String code) throws Exception {
        String triggers = "[{\"type\":\"websocket\",\"config\":{\"event\":\"" + event + "\"},\"enabled\":true}]";
        app.function(name, triggers, code, true, false);
    }

    private SocketEventReply tell(String event, Role role, @Nullable String user) throws IOException {
        String claims = user == null ? null : "{\"sub\":\"" + user + "\"}";
        String id = send(event, role, user, claims, Instant.now().plusSeconds(30));
        await().atMost(PATIENCE).until(() -> replies.containsKey(id));
        return replies.get(id);
    }

    private String send(String event, Role role, @Nullable String user, @Nullable String claims, Instant expiry)
            throws IOException {
        String id = UUID.randomUUID().toString();
        JsonNode payload = JSON.readTree("{\"n\":1}");
        var told = new SocketEvent(id, app.id, event, payload, role, user, claims, REPLICA, expiry);
        topics.write(Topics.SOCKET_EVENTS, app.id.value(), app.id.value(), Contracts.write(told))
                .join();
        return id;
    }

    @Test
    void theFunctionOfTheEventRunsWithTheRightsOfTheClient() throws Exception {
        SocketEventReply ada = tell("look", Role.USER, "ada");
        assertThat(ada.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(String.valueOf(ada.data()))
                .isEqualTo("{\"event\":\"look\",\"payload\":{\"n\":1},\"user\":\"ada\",\"sees\":[\"ada\"]}");
        assertThat(String.valueOf(tell("look", Role.ANON, null).data())).contains("\"user\":null,\"sees\":[]");
        assertThat(String.valueOf(tell("look", Role.SERVICE, null).data()))
                .contains("\"user\":null,\"sees\":[\"ada\",\"ben\"]");
    }

    @Test
    void anAnswerThatIsNoJsonIsATextWhateverItsStatus() throws Exception {
        SocketEventReply reply = tell("text", Role.ANON, null);
        assertThat(reply.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(String.valueOf(reply.data())).isEqualTo("\"plain\"");
    }

    @Test
    void anEventThatNoFunctionNamesHasNoHandler() throws Exception {
        assertThat(tell("unheard of", Role.ANON, null).outcome()).isEqualTo(Outcome.NO_HANDLER);
    }

    @Test
    void aFunctionThatThrowsAnswersWithoutItsStack() throws Exception {
        SocketEventReply reply = tell("throws", Role.ANON, null);
        assertThat(reply.outcome()).isEqualTo(Outcome.ANSWERED);
        assertThat(String.valueOf(reply.data())).doesNotContain("stack").doesNotContain("function.js");
    }

    @Test
    void anEventThatNobodyWaitsForAnyMoreIsNotRun() throws Exception {
        String late = send("look", Role.ANON, null, null, Instant.now().minusSeconds(1));
        // Whatever came before it on its way has ended by then.
        tell("look", Role.ANON, null);
        assertThat(replies).doesNotContainKey(late);
    }
}
