package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.e2e.TestApp.User;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Code next to the data, through the edge: functions, their triggers, what they keep, and durable objects. */
class FunctionsJourneyIT {
    private static TestApp app;
    private static User ann;
    private static User ben;

    @BeforeAll
    static void build() {
        app = TestApp.create("functions").withNotes();
        ann = app.signUp("ann");
        ben = app.signUp("ben");
    }

    private static Response deploy(String name, String code, List<?> triggers) {
        Response answer = app.asOwner()
                .body(Map.of("name", name, "code", code, "triggers", triggers))
                .post(app.path("/functions"));
        answer.then().statusCode(200).body("name", equalTo(name));
        return answer;
    }

    private static Map<String, Object> http(String auth) {
        return Map.of("type", "http", "config", Map.of("auth", auth));
    }

    @Test
    void typeScriptAnswersAtItsAddressAndANewVersionTakesItsPlaceAtOnce() {
        deploy("hello", """
                interface Greeting { text: string }
                export async function handler(req: Request, ctx: any): Promise<Response> {
                  const greeting: Greeting = { text: `one ${new URL(req.url).searchParams.get("who")}` };
                  return Response.json(greeting, { status: 201 });
                }""", List.of(http("none")));
        app.asAnybody()
                .get(app.path("/fn/hello?who=ann"))
                .then()
                .statusCode(201)
                .body("text", equalTo("one ann"));
        deploy("hello", "export const handler = async () => new Response('two');", List.of(http("none")));
        assertThat(app.asAnybody().get(app.path("/fn/hello")).asString()).isEqualTo("two");
    }

    @Test
    void aFunctionSeesTheRowsOfWhoeverCallsIt() {
        app.insertNote(ann, "of ann");
        app.insertNote(ben, "of ben");
        deploy("titles", """
                export async function handler(req: Request, ctx: any) {
                  const { rows } = await ctx.db.query("SELECT title FROM notes ORDER BY title", []);
                  return Response.json({ user: ctx.user?.id ?? null, titles: rows.map((row: any) => row.title) });
                }""", List.of(http("optional")));
        app.as(ann)
                .get(app.path("/fn/titles"))
                .then()
                .statusCode(200)
                .body("user", equalTo(ann.id()))
                .body("titles", equalTo(List.of("of ann")));
        app.as(ben).get(app.path("/fn/titles")).then().body("titles", equalTo(List.of("of ben")));
        app.asAnybody()
                .get(app.path("/fn/titles"))
                .then()
                .body("user", equalTo(null))
                .body("titles", hasSize(0));
    }

    @Test
    void anEventOfASocketRunsItsFunctionAsTheSocketsUser() throws Exception {
        deploy("moves", """
                export async function handler(req: Request, ctx: any) {
                  const { event, payload } = await req.json() as any;
                  return Response.json({ event, doubled: payload.n * 2, user: ctx.user?.id ?? null });
                }""", List.of(Map.of("type", "websocket", "config", Map.of("event", "move"))));
        try (var socket = app.connect(ann.token())) {
            socket.await(frame -> LiveSocket.is(frame, "connected"));
            socket.send(Map.of("type", "event", "event", "move", "payload", Map.of("n", 21)));
            JsonNode answer = socket.await(frame -> LiveSocket.is(frame, "event_response"));
            assertThat(answer.path("event").asText()).isEqualTo("move");
            assertThat(answer.path("data").path("doubled").asInt()).isEqualTo(42);
            assertThat(answer.path("data").path("user").asText()).isEqualTo(ann.id());
            socket.send(Map.of("type", "event", "event", "jump", "payload", Map.of()));
            JsonNode error = socket.await(frame -> LiveSocket.is(frame, "error"));
            assertThat(error.path("message").asText()).isEqualTo("No handler for event: jump");
        }
    }

    @Test
    void whatAFunctionPrintsAndWhereItFailedIsInItsLogInTheDevelopersOwnLines() {
        deploy("fails", """
                type Nothing = null;

                export async function handler(req: Request, ctx: any) {
                  console.warn("about to fail", { why: "test" });
                  const nothing: Nothing = null;
                  return (nothing as any).text;
                }""", List.of(http("none")));
        app.asAnybody().get(app.path("/fn/fails")).then().statusCode(500);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            Response logs = app.asOwner().get(app.path("/functions/fails/logs?level=error"));
            logs.then().statusCode(200).body("logs", hasSize(1));
            assertThat(logs.<String>path("logs[0].stack")).contains(":6:");
            assertThat(logs.<String>path("logs[0].consoleLogs[0].message")).contains("about to fail");
            assertThat(logs.<String>path("logs[0].consoleLogs[0].level")).isEqualTo("warn");
        });
    }

    @Test
    void aDurableObjectKeepsItsCountAndTalksToEverybodyInTheRoom() throws Exception {
        app.asOwner()
                .body(Map.of("name", "room", "access_mode", "authenticated", "code", """
                        export class Room {
                          constructor(public state: DurableObjectState, public env: any) {}
                          async fetch(req: Request): Promise<Response> {
                            if (req.headers.get("Upgrade") === "websocket") {
                              const pair = new WebSocketPair();
                              this.state.acceptWebSocket(pair[1]);
                              return new Response(null, { status: 101, webSocket: pair[0] });
                            }
                            const count = ((await this.state.storage.get("count")) as number ?? 0) + 1;
                            await this.state.storage.put("count", count);
                            return Response.json({ count });
                          }
                          async webSocketMessage(ws: WebSocket, message: string) {
                            for (const peer of this.state.getWebSockets()) peer.send(message);
                          }
                        }"""))
                .post(app.path("/durable-objects"))
                .then()
                .statusCode(200)
                .body("status", equalTo("READY"))
                .body("class_name", equalTo("Room"));
        app.asAnybody().get(app.path("/_do/room/lobby")).then().statusCode(401);
        app.as(ann).get(app.path("/_do/room/lobby")).then().statusCode(200).body("count", equalTo(1));
        app.as(ben).get(app.path("/_do/room/lobby")).then().body("count", equalTo(2));
        app.as(ben).get(app.path("/_do/room/other")).then().body("count", equalTo(1));
        try (var anns = room(ann);
                var bens = room(ben)) {
            anns.send(Map.of("text", "hello"));
            JsonNode heard = bens.await(frame -> frame.has("text"));
            assertThat(heard.path("text").asText()).isEqualTo("hello");
        }
    }

    private static LiveSocket room(User user) {
        return LiveSocket.connect(app.platform().socketUrl() + app.path("/_do/room/lobby?token=" + user.token()));
    }

    @Test
    void whatAFunctionKeepsInTheKeyValueStoreIsThereOverRest() {
        deploy("visits", """
                export async function handler(req: Request, ctx: any) {
                  return Response.json({ visits: await ctx.kv.incr("visits") });
                }""", List.of(http("none")));
        app.asAnybody().get(app.path("/fn/visits")).then().statusCode(200).body("visits", equalTo(1));
        app.asOwner().post(app.path("/kv/visits/incr")).then().statusCode(200).body("value", equalTo(2));
        app.asAnybody().get(app.path("/fn/visits")).then().body("visits", equalTo(3));
    }
}
