package dev.ghee.control.platform;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of an app's API on its own host: contract §4.6. */
@QuarkusTest
@WithTestResource(StackResource.class)
class SitesIT {
    private static final Map<String, Object> NOTES = Map.of(
            "tables",
            Map.of(
                    "notes",
                    Map.of(
                            "columns",
                            Map.of(
                                    "id", Map.of("type", "serial", "primaryKey", true),
                                    "text", Map.of("type", "text")))));

    private final Api owner = Api.owner();
    private final String mine = Api.uniqueName();
    private final String other = Api.uniqueName();

    private static RequestSpecification at(String host) {
        return given().header("X-Forwarded-Host", host);
    }

    private RequestSpecification asOwner(String host) {
        return owner.request().header("X-Forwarded-Host", host);
    }

    @Test
    void anAppsOwnHostHasItsDataItsSchemaAndItsUsersAndNobodyElses() {
        owner.readyApp(mine);
        String strange = owner.readyApp(other);
        String site = mine + ".localhost:4000";
        asOwner(site)
                .contentType(ContentType.JSON)
                .body(Map.of("schema", NOTES))
                .post("/schema/apply")
                .then()
                .statusCode(200);
        asOwner(site).get("/schema").then().statusCode(200);
        asOwner(site).get("/migrations").then().statusCode(200).body("migrations", hasSize(1));
        asOwner(site)
                .contentType(ContentType.JSON)
                .body(Map.of("text", "mine"))
                .post("/data/notes")
                .then()
                .statusCode(201);
        asOwner(mine.toUpperCase(java.util.Locale.ROOT) + ".LocalHost.")
                .get("/data/notes?text=eq.mine")
                .then()
                .statusCode(200)
                .body("text", equalTo(List.of("mine")));
        asOwner(other + ".localhost").get("/data/notes").then().statusCode(404);
        for (String path : List.of("/v1/" + strange + "/schema", "/apps", "/health", "/q/health", "/init")) {
            asOwner(site).get(path).then().statusCode(404);
        }
    }

    @Test
    void peopleSignUpAndInOnTheAppsOwnHost() {
        String app = owner.readyApp(mine);
        String email = UUID.randomUUID() + "@example.test";
        var credentials = Map.of("email", email, "password", "Correct-Horse-7");
        at(mine + ".localhost")
                .contentType(ContentType.JSON)
                .body(credentials)
                .post("/auth/signup")
                .then()
                .statusCode(201);
        owner.request()
                .get("/v1/{app}/admin/auth/users", app)
                .then()
                .statusCode(200)
                .body("users.email", equalTo(List.of(email)));
        at(mine + ".localhost")
                .contentType(ContentType.JSON)
                .body(Map.of("email", email, "password", "wrong"))
                .post("/auth/login")
                .then()
                .statusCode(401);
        at(mine + ".localhost").get("/auth/.well-known/jwks.json").then().statusCode(200);
        at(mine + ".localhost")
                .urlEncodingEnabled(false)
                .redirects()
                .follow(false)
                .get("/auth/oauth/google?redirect_to=%2F")
                .then()
                .statusCode(307)
                .header("Location", startsWith("http://127.0.0.1:4000/auth/" + app + "/oauth/google?redirect_to=%2F"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody.localhost", "a.b.localhost", "www.example.com", "a..localhost", "a.localhost, b"})
    void aHostThatIsNobodysAnswersNothing(String host) {
        for (String path : List.of("/schema", "/auth/login", "/health", "/apps", "/v1/regions")) {
            at(host).get(path).then().statusCode(404).body("error", equalTo("No app is served at this address"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1:4000", "LOCALHOST.:80", "[::1]", "control-api"})
    void theApisOwnNamesStayTheApis(String host) {
        at(host).get("/v1/regions").then().statusCode(200);
    }
}
