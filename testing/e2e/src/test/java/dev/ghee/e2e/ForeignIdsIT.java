package dev.ghee.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.e2e.TestApp.User;
import io.restassured.http.Method;
import io.restassured.response.Response;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability case 21: another app's ids, in every place that takes one, are as good as ids of nothing. */
class ForeignIdsIT {
    private static TestApp mine;
    private static TestApp theirs;
    private static User me;
    private static User stranger;
    private static String theirNote;
    private static String myKey;

    @BeforeAll
    static void build() {
        mine = TestApp.create("mine").withNotes();
        theirs = TestApp.create("theirs").withNotes();
        theirs.enableRealtime("notes");
        mine.enableRealtime("notes");
        me = mine.signUp("me");
        stranger = theirs.signUp("stranger");
        theirNote = theirs.insertNote(stranger, "theirs");
        myKey = mine.asOwner()
                .body(Map.of("name", "mine", "key_scope", "app", "target_app_id", mine.id()))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key");
    }

    static Stream<Arguments> administration() {
        return Stream.of(
                Arguments.of(Method.GET, "/config", ""),
                Arguments.of(Method.PATCH, "/config/jwt", "{\"accessTokenTtl\":\"20m\"}"),
                Arguments.of(Method.PATCH, "/config/pause", "{\"paused\":true}"),
                Arguments.of(Method.PATCH, "/config/cors", "{\"allowed_origins\":[\"https://a.example\"]}"),
                Arguments.of(Method.PATCH, "/config/access-mode", "{\"access_mode\":\"public\"}"),
                Arguments.of(Method.POST, "/secure", "{}"),
                Arguments.of(Method.GET, "/schema", ""),
                Arguments.of(Method.POST, "/schema/apply", "{\"schema\":{\"tables\":{}},\"dry_run\":true}"),
                Arguments.of(Method.GET, "/migrations", ""),
                Arguments.of(Method.GET, "/rls", ""),
                Arguments.of(Method.POST, "/rls/enable", "{\"table_name\":\"notes\"}"),
                Arguments.of(Method.DELETE, "/rls/notes", ""),
                Arguments.of(Method.GET, "/audit-logs", ""),
                Arguments.of(Method.GET, "/admin/auth/users", ""),
                Arguments.of(Method.POST, "/realtime/configure", "{\"tables\":[\"notes\"]}"),
                Arguments.of(Method.GET, "/realtime/config", ""),
                Arguments.of(Method.DELETE, "/realtime/notes", ""));
    }

    private static Response call(String token, Method method, String path, String body) {
        var request = mine.platform().as(token);
        return body.isEmpty()
                ? request.request(method, path)
                : request.contentType("application/json").body(body).request(method, path);
    }

    @ParameterizedTest
    @MethodSource("administration")
    void aKeyOfOneAppAdministersNoOther(Method method, String rest, String body) {
        assertThat(call(myKey, method, theirs.path(rest), body).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @MethodSource("administration")
    void anotherAppAnswersLikeOneThatDoesNotExist(Method method, String rest, String body) {
        Response foreign = call(myKey, method, theirs.path(rest), body);
        Response nowhere = call(myKey, method, "/v1/app_zzzzzzzzzzzz" + rest, body);
        assertThat(foreign.statusCode()).isEqualTo(nowhere.statusCode());
        assertThat(foreign.asString().replace(theirs.id(), "APP"))
                .isEqualTo(nowhere.asString().replace("app_zzzzzzzzzzzz", "APP"));
    }

    @ParameterizedTest
    @MethodSource("administration")
    void anEndUserAdministersNothing(Method method, String rest, String body) {
        assertThat(call(me.token(), method, mine.path(rest), body).statusCode()).isIn(401, 403);
    }

    @Test
    void aUsersTokenIsWorthlessInAnotherApp() {
        assertThat(call(me.token(), Method.GET, theirs.path("/notes"), "").statusCode())
                .isIn(401, 404);
        assertThat(call(me.token(), Method.GET, theirs.auth("/me"), "").statusCode())
                .isIn(401, 404);
    }

    @Test
    void aRowOfAnotherAppIsNotFound() {
        assertThat(call(me.token(), Method.GET, mine.path("/notes/" + theirNote), "")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aRefreshTokenIsWorthlessInAnotherApp() {
        assertThat(theirs.asAnybody()
                        .body(Map.of("refresh_token", me.refreshToken()))
                        .post(theirs.auth("/refresh"))
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app_zzzzzzzzzzzz", "app_ZZ", "nope", "app_zzzzzzzzzzzz'--", "%00", "app_%F0%9F%98%80"})
    void anUnknownAppIsNotFound(String id) {
        for (String path : new String[] {"/v1/" + id + "/notes", "/auth/" + id + "/me"}) {
            assertThat(mine.platform().as(me.token()).get(path).statusCode()).isIn(400, 401, 404);
            assertThat(mine.platform().asOwner().get("/v1/" + id + "/schema").statusCode())
                    .isIn(400, 404);
        }
    }

    @Test
    void aSocketWithAnotherAppsTokenIsRefused() throws Exception {
        try (var socket = theirs.connect(me.token())) {
            assertThat(socket.closeCode()).isEqualTo(1008);
            assertThat(socket.frames()).noneMatch(frame -> LiveSocket.is(frame, "connected"));
        }
    }
}
