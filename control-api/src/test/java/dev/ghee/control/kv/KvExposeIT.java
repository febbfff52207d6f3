package dev.ghee.control.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.ghee.contracts.AppId;
import dev.ghee.control.kv.KvApp.User;
import dev.ghee.kv.KvStore;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KvExposeIT {
    @Inject
    KvStore store;

    @Inject
    ExposeStore rules;

    @Inject
    AppDirectory apps;

    private KvApp app;
    private User ann;
    private User bob;

    @BeforeEach
    void openNothing() {
        if (app == null) {
            app = KvApp.create();
            ann = app.user("ann");
            bob = app.user("bob");
        }
        app.service("PUT", "_expose", "{\"rules\":[]}").then().statusCode(204);
        for (String key : List.of("news:1", "profile:" + ann.id(), "secret")) {
            app.service("PUT", key, "{\"value\":1}").then().statusCode(204);
        }
    }

    private int as(@Nullable User user, String method, String key) {
        return app.send(user == null ? null : user.token(), method, key, method.equals("PUT") ? "{\"value\":2}" : null)
                .statusCode();
    }

    private void expose(String pattern, String read, String write) {
        app.service(
                        "PUT",
                        "_expose/" + URLEncoder.encode(pattern, StandardCharsets.UTF_8),
                        "{\"read\":\"" + read + "\",\"write\":\"" + write + "\"}")
                .then()
                .statusCode(204);
    }

    @Test
    void withoutRulesKeysAreClosed() {
        assertThat(as(null, "GET", "news:1")).isEqualTo(401);
        assertThat(as(ann, "GET", "news:1")).isEqualTo(403);
        app.send(ann.token(), "GET", "news:1", null).then().body("error", equalTo("forbidden"));
        for (String path : List.of("_scan", "_stats", "_expose")) {
            assertThat(as(ann, "GET", path)).isEqualTo(403);
            assertThat(as(null, "GET", path)).isEqualTo(401);
        }
    }

    @Test
    void rulesOpenKeysToTheirReadersAndWriters() {
        expose("news:*", "public", "authed");
        expose("profile:{user.id}", "public", "owner");

        check(null, "GET", "news:1", 200);
        check(null, "PUT", "news:1", 401);
        check(ann, "PUT", "news:1", 204);
        check(null, "GET", "news:1:2", 401);
        check(null, "GET", "profile:" + ann.id(), 200);
        check(ann, "PUT", "profile:" + ann.id(), 204);
        check(bob, "PUT", "profile:" + ann.id(), 403);
        check(bob, "DELETE", "profile:" + ann.id(), 403);
        check(ann, "GET", "secret", 403);
        app.send(
                        bob.token(),
                        "POST",
                        "_batch",
                        "{\"ops\":[{\"op\":\"get\",\"key\":\"news:1\"},{\"op\":\"get\",\"key\":\"secret\"}]}")
                .then()
                .statusCode(200)
                .body("results[0].value", equalTo(2))
                .body("results[1].error", equalTo("forbidden"));
    }

    @Test
    void theMoreLiteralRuleDecidesThenTheOrder() {
        app.service("PUT", "_expose", """
                {"rules":[{"pattern":"**","read":"public","write":"deny"},{"pattern":"secret","read":"deny","write":"deny"},
                {"pattern":"news:*","read":"authed","write":"deny"},{"pattern":"news:**","read":"public","write":"deny"}]}""").then().statusCode(204);
        check(null, "GET", "secret", 401);
        check(null, "GET", "news:1", 401);
        check(bob, "GET", "news:1", 200);
        check(null, "GET", "profile:" + ann.id(), 200);
        app.service("GET", "_expose").then().body("rules.order", contains(0, 1, 2, 3));
    }

    @Test
    void aRuleIsAddedOnceAndTakenBack() {
        expose("a:*", "public", "deny");
        expose("a:*", "public", "deny");
        app.service("PUT", "_expose/a%3A%2A", "{\"read\":\"deny\",\"write\":\"deny\"}")
                .then()
                .statusCode(409)
                .body("error", equalTo("KV_EXPOSE_CONFLICT"))
                .body("existing.read", equalTo("public"));
        app.service("DELETE", "_expose/a%3A%2A").then().statusCode(200).body("deleted", equalTo(1));
        app.service("DELETE", "_expose/a%3A%2A").then().body("deleted", equalTo(0));
        app.service("GET", "_expose").then().body("rules", hasSize(0));
    }

    @Test
    void aRuleThatMakesNoSenseIsRefused() {
        for (String body : List.of("{}", "{\"read\":\"all\",\"write\":\"deny\"}", "{\"read\":1,\"write\":\"deny\"}")) {
            app.service("PUT", "_expose/x", body).then().statusCode(400);
        }
        app.service("PUT", "_expose/x", "{\"read\":\"owner\",\"write\":\"deny\"}")
                .then()
                .statusCode(400);
        app.service("PUT", "_expose/%7Buser.name%7D", "{\"read\":\"deny\",\"write\":\"deny\"}")
                .then()
                .statusCode(400);
        app.service("PUT", "_expose/a%20b", "{\"read\":\"deny\",\"write\":\"deny\"}")
                .then()
                .statusCode(400);
    }

    /** What another replica does: its database, and the version beside the values. */
    @Test
    void aChangeByAnotherReplicaIsHeededAtOnce() {
        expose("news:*", "public", "deny");
        check(null, "GET", "news:1", 200);

        var state = apps.find(new AppId(app.id())).await().indefinitely();
        rules.delete(state, "news:*").toCompletionStage().toCompletableFuture().join();
        store.of(state.appId())
                .renewRules(UUID.randomUUID().toString())
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        check(null, "GET", "news:1", 401);
    }

    private void check(@Nullable User who, String method, String key, int status) {
        assertThat(as(who, method, key)).as(method + " " + key).isEqualTo(status);
    }
}
