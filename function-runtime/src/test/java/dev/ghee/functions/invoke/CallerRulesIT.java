package dev.ghee.functions.invoke;

import static dev.ghee.functions.invoke.FunctionApp.bearer;
import static dev.ghee.functions.invoke.FunctionApp.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Who may call which function, and as whom it then acts, in the handler's eyes and in the database's. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallerRulesIT {
    private static final String WHO = """
            export async function handler(req, ctx) {
              const { rows } = await ctx.db.query("SELECT current_user AS role, current_user_id() AS id");
              return Response.json([ctx.caller.type, ctx.user?.id ?? null, rows[0].role, rows[0].id]);
            }""";

    private static final String NOBODY = "[\"anonymous\",null,\"butterbase_anon\",null]";
    private static final String SERVICE = "[\"service_key\",null,\"butterbase_service\",null]";
    private static final String ADA = "[\"end_user_jwt\",\"ada\",\"butterbase_user\",\"ada\"]";
    private static final String AS_EVE = "[\"service_key\",\"eve\",\"butterbase_user\",\"eve\"]";

    @Inject
    AppDirectory apps;

    @Inject
    KeyDirectory keys;

    private FunctionApp app;
    private FunctionApp other;

    @BeforeAll
    void functions() throws Exception {
        app = new FunctionApp(apps, keys);
        other = new FunctionApp(apps, keys);
        for (String auth : List.of("required", "optional", "none")) {
            app.function(auth, auth, WHO);
        }
        app.function(
                "personal", "[{\"type\":\"http\",\"config\":{\"auth\":\"none\"},\"enabled\":true}]", WHO, false, false);
        app.function(
                "reading",
                "[{\"type\":\"http\",\"config\":{\"auth\":\"none\",\"method\":\"GET\"},\"enabled\":true}]",
                WHO,
                true,
                false);
        app.function(
                "hidden", "[{\"type\":\"http\",\"config\":{\"auth\":\"none\"},\"enabled\":false}]", WHO, true, false);
    }

    @AfterAll
    void drop() throws Exception {
        app.close();
        other.close();
    }

    /** @param outcome the handler's answer, or a status with the code of the envelope */
    private record Case(
            String who, @Nullable String token, @Nullable String asUser, String function, String outcome) {}

    @Test
    void everyCallerIsWhoItProvesToBe() {
        String user = app.token("ada");
        String key = app.serviceKey;
        String keyOfTheApp = app.key(Set.of("app:" + app.id), "org-" + app.id);
        String foreignUser = other.token("ada");
        String expired = app.token("ada", Instant.now().minusSeconds(5));
        String forged = user.substring(0, user.length() - 20) + "AAAAAAAAAAAAAAAAAAAA";
        String revoked = app.revokedKey();
        String invalid = "401 AUTH_INVALID_END_USER_JWT";
        var cases = List.of(
                new Case("nobody", null, null, "required", "401 AUTH_REQUIRED"),
                new Case("nobody", null, null, "optional", NOBODY),
                new Case("nobody", null, null, "none", NOBODY),
                new Case("nobody as eve", null, "eve", "none", "403 AUTH_IMPERSONATION_FORBIDDEN"),
                new Case("anon key", "anon", null, "none", NOBODY),
                new Case("user", user, null, "required", ADA),
                new Case("user", user, null, "optional", ADA),
                new Case("user", user, null, "none", ADA),
                new Case("user as eve", user, "eve", "none", "403 AUTH_IMPERSONATION_FORBIDDEN"),
                new Case("expired user", expired, null, "none", "401 AUTH_END_USER_JWT_EXPIRED"),
                new Case("forged user", forged, null, "none", invalid),
                new Case("user of another app", foreignUser, null, "none", invalid),
                new Case("key", key, null, "required", "401 AUTH_REQUIRED"),
                new Case("key", key, null, "optional", SERVICE),
                new Case("key", key, null, "none", SERVICE),
                new Case("key of the app", keyOfTheApp, null, "none", SERVICE),
                new Case("key as eve", key, "eve", "required", AS_EVE),
                new Case("key as eve", keyOfTheApp, "eve", "none", AS_EVE),
                new Case("key as eve", key, "eve", "personal", "403 AUTH_IMPERSONATION_DISABLED"),
                new Case("key as itself", key, null, "personal", SERVICE),
                new Case("key of another app", other.serviceKey, null, "none", NOBODY),
                new Case("key of another app", other.serviceKey, null, "required", "401 AUTH_REQUIRED"),
                new Case("its key as eve", other.serviceKey, "eve", "none", "403 AUTH_IMPERSONATION_FORBIDDEN"),
                new Case("revoked key", revoked, null, "none", NOBODY),
                new Case("revoked key", revoked, null, "required", "401 AUTH_INVALID_API_KEY"),
                new Case("somebody else's token", "abc.def.ghi", null, "optional", NOBODY));
        for (Case one : cases) {
            assertThat(outcome(app.get("/fn/" + one.function(), headers(one.token(), one.asUser()))))
                    .as("%s calls %s", one.who(), one.function())
                    .isEqualTo(one.outcome());
        }
    }

    private static String[] headers(@Nullable String token, @Nullable String asUser) {
        var headers = new ArrayList<String>();
        if (token != null) {
            headers.addAll(List.of("Authorization", bearer(token)));
        }
        if (asUser != null) {
            headers.addAll(List.of("X-Butterbase-As-User", asUser));
        }
        return headers.toArray(String[]::new);
    }

    private static String outcome(HttpResponse<String> answer) {
        return answer.statusCode() == 200
                ? answer.body()
                : answer.statusCode() + " " + json(answer).at("/error/code").asText();
    }

    @Test
    void administratorsCallForThemselvesOrForAUser() {
        assertThat(outcome(invoke("required", app.serviceKey, null)))
                .isEqualTo("[\"loopback\",\"owner-1\",\"butterbase_user\",\"owner-1\"]");
        assertThat(outcome(invoke("required", app.serviceKey, "eve")))
                .isEqualTo("[\"loopback\",\"eve\",\"butterbase_user\",\"eve\"]");
        assertThat(outcome(invoke("personal", app.serviceKey, "eve"))).isEqualTo("403 AUTH_IMPERSONATION_DISABLED");
        assertThat(outcome(invoke("hidden", app.serviceKey, null))).startsWith("[");
        assertThat(outcome(invoke("nowhere", app.serviceKey, null))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(outcome(invoke("required", null, null))).isEqualTo("401 AUTH_REQUIRED");
        assertThat(outcome(invoke("required", app.token("ada"), null))).isEqualTo("403 AUTH_INSUFFICIENT_PERMISSIONS");
        assertThat(outcome(invoke("required", other.serviceKey, null))).isEqualTo("404 RESOURCE_NOT_FOUND");
        assertThat(outcome(invoke("nowhere", other.serviceKey, null))).isEqualTo("404 RESOURCE_NOT_FOUND");
    }

    private HttpResponse<String> invoke(String function, @Nullable String token, @Nullable String asUser) {
        var request = app.request("/functions/" + function + "/invoke").POST(BodyPublishers.ofString("{}"));
        String[] headers = headers(token, asUser);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return FunctionApp.send(request.build());
    }

    @Test
    void onlyTheTriggersMethodIsServed() {
        assertThat(app.get("/fn/reading").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = FunctionApp.send(
                app.request("/fn/reading").POST(BodyPublishers.ofString("x")).build());
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("allow")).contains("GET");
    }

    @Test
    void whatIsNotThereAnswers404() {
        for (String path : List.of("/fn/nowhere", "/fn/hidden", "/fn/", "/fn/a%20b", "/fn/%2e%2e/x")) {
            HttpResponse<String> answer = app.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
        }
        assertThat(app.get("/fn/hidden").body()).isEqualTo("{\"error\":\"Function not found\"}");
    }

    @Test
    void aPausedAppAndOneForUsersOnlyKeepNobodyWaiting() throws Exception {
        try (FunctionApp closed = new FunctionApp(apps, keys)) {
            closed.function("optional", "optional", WHO);
            closed.function("none", "none", WHO);
            closed.state(AppState.AccessMode.AUTHENTICATED, null);
            assertThat(outcome(closed.get("/fn/optional"))).isEqualTo("401 AUTH_REQUIRED");
            assertThat(outcome(closed.get("/fn/none"))).isEqualTo(NOBODY);
            closed.state(AppState.AccessMode.PUBLIC, new AppState.Pause("maintenance", null));
            HttpResponse<String> paused = closed.get("/fn/none");
            assertThat(outcome(paused)).isEqualTo("503 APP_PAUSED");
            assertThat(paused.headers().firstValue("retry-after")).contains("60");
            JsonNode details = json(paused).at("/error/details/reason");
            assertThat(details.asText()).isEqualTo("maintenance");
        }
    }
}
