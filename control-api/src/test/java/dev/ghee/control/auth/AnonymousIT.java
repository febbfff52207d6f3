package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Signing in as nobody in particular, and becoming somebody. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnonymousIT {
    private static final String SUBJECT = "Confirm your e-mail address";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    private String email = "";

    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
            allow(app, true).then().statusCode(200).body("anonymous", equalTo(true));
        }
        email = TestApp.address();
    }

    @Test
    void itIsOffUntilAnAdministratorTurnsItOn() {
        TestApp other = TestApp.create();

        other.post("anonymous", "{}").then().statusCode(403);
        allow(other, true);
        other.post("anonymous", "{}").then().statusCode(200);
        allow(other, false);
        other.post("anonymous", "{}").then().statusCode(403);
        given().get("/v1/{app}/auth/methods", other.id).then().statusCode(403);
    }

    @Test
    void anAnonymousUserHasASessionLikeAnyOther() {
        TestApp.Session session = anonymous();

        JsonPath claims = claims(session.access());
        assertThat(claims.getBoolean("is_anonymous")).isTrue();
        assertThat(claims.getList("amr")).isEqualTo(List.of("anonymous"));
        assertThat(claims.getString("email")).isNull();
        app.me(session.access())
                .then()
                .statusCode(200)
                .body("email", equalTo(""))
                .body("provider", equalTo("anonymous"));
        app.refresh(session.refresh()).then().statusCode(200);
        assertThat(claims(anonymous().access()).getString("sub")).isNotEqualTo(claims.getString("sub"));
    }

    @Test
    void becomingAFullUserKeepsTheIdAndTheRows() {
        app.update("CREATE TABLE IF NOT EXISTS public.carts (id int PRIMARY KEY, owner text)");
        app.update("ALTER TABLE public.carts ENABLE ROW LEVEL SECURITY");
        app.update("GRANT SELECT ON public.carts TO butterbase_user");
        app.update("CREATE POLICY own ON public.carts TO butterbase_user USING (owner = current_user_id())");
        TestApp.Session session = anonymous();
        String id = claims(session.access()).getString("sub");
        app.update("INSERT INTO public.carts VALUES (1, '" + id + "'), (2, 'somebody')");

        upgrade(session, email).then().statusCode(200);
        confirm(session, TestApp.mailedCode(email, SUBJECT))
                .then()
                .statusCode(200)
                .body("user.id", equalTo(id))
                .body("user.email", equalTo(email))
                .body("user.email_verified", equalTo(true));

        TestApp.Session refreshed = TestApp.Session.of(app.refresh(session.refresh()));
        assertThat(claims(refreshed.access()).getBoolean("is_anonymous")).isFalse();
        assertThat(claims(refreshed.access()).getString("email")).isEqualTo(email);
        TestApp.Session elsewhere = app.session(email);
        given().auth()
                .oauth2(elsewhere.access())
                .get("/v1/{app}/carts", app.id)
                .then()
                .statusCode(200)
                .body("id", contains(1));
        upgrade(refreshed, TestApp.address()).then().statusCode(409);
    }

    @Test
    void anAddressThatHasAnAccountIsToldToItsOwnerOnly() {
        app.signUp(email);
        TestApp.Session session = anonymous();

        Response taken = upgrade(session, email);
        Response free = upgrade(anonymous(), TestApp.address());

        taken.then().statusCode(200);
        assertThat(taken.asString()).isEqualTo(free.asString());
        confirm(session, TestApp.mailedCode(email, SUBJECT)).then().statusCode(409);
        app.login(email).then().statusCode(200);
        assertThat(claims(session.access()).getBoolean("is_anonymous")).isTrue();
    }

    @Test
    void guessingACodeEndsAfterFive() {
        TestApp.Session session = anonymous();
        upgrade(session, email).then().statusCode(200);
        String code = TestApp.mailedCode(email, SUBJECT);
        for (int i = 0; i < 5; i++) {
            confirm(session, code.equals("000000") ? "000001" : "000000").then().statusCode(400);
        }

        confirm(session, code).then().statusCode(400);
    }

    @Test
    void aFullUserIsNotUpgradedAndNobodyIsWithoutASession() {
        app.signUp(email);

        upgrade(app.session(email), TestApp.address()).then().statusCode(409);
        app.post("anonymous/upgrade", Map.of("email", email, "password", TestApp.PASSWORD))
                .then()
                .statusCode(401);
    }

    @Test
    void badBodiesAreRefusedPolitely() {
        TestApp.Session session = anonymous();
        for (Object body :
                List.of("", "{}", "null", "[]", Map.of("email", email), Map.of("email", email, "password", "x"))) {
            assertThat(post(session, "upgrade", body).statusCode())
                    .as("" + body)
                    .isEqualTo(400);
        }
        for (Object body : List.of("", "{}", "null", Map.of("code", "x".repeat(300)), Map.of("code", List.of()))) {
            assertThat(post(session, "upgrade/verify", body).statusCode())
                    .as("" + body)
                    .isEqualTo(400);
        }
        for (Object body : List.of("{}", "null", "[]", Map.of("anonymous", "maybe"))) {
            TestApp.owner()
                    .contentType(ContentType.JSON)
                    .body(body)
                    .patch("/v1/{app}/auth/methods", app.id)
                    .then()
                    .statusCode(400);
        }
    }

    private TestApp.Session anonymous() {
        return TestApp.Session.of(app.post("anonymous", "{}"));
    }

    private Response upgrade(TestApp.Session session, String address) {
        return post(session, "upgrade", Map.of("email", address, "password", TestApp.PASSWORD));
    }

    private Response confirm(TestApp.Session session, String code) {
        return post(session, "upgrade/verify", Map.of("code", code));
    }

    private Response post(TestApp.Session session, String route, Object body) {
        return given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .auth()
                .oauth2(session.access())
                .contentType(ContentType.JSON)
                .body(body)
                .post("/auth/{app}/anonymous/" + route, app.id);
    }

    private static Response allow(TestApp app, boolean anonymous) {
        return TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("anonymous", anonymous))
                .patch("/v1/{app}/auth/methods", app.id);
    }

    private static JsonPath claims(String access) {
        return new JsonPath(Jws.parse(access).payload());
    }
}
