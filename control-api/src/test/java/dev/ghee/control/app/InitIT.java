package dev.ghee.control.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@QuarkusTest
@WithTestResource(StackResource.class)
class InitIT {
    private final Api owner = Api.owner();
    private final String name = Api.uniqueName();

    @Test
    void anAppBecomesReady() {
        String id = owner.json(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(201)
                .body("app_id", matchesPattern("app_[0-9a-z]{12}"))
                .body("db_provisioned", equalTo(false))
                .body("provisioning_status", equalTo("provisioning"))
                .body("subdomain", equalTo(name))
                .body("_meta", notNullValue())
                .extract()
                .path("app_id");
        owner.awaitStatus(id, "ready");
        owner.request()
                .get("/apps/{id}/status", id)
                .then()
                .body("db_provisioned", equalTo(true))
                .body("provisioning_error", nullValue());
    }

    @Test
    void theSameNameOfTheSameOwnerIsTheSameApp() {
        String id = owner.readyApp(name);
        owner.json(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(200)
                .body("app_id", equalTo(id))
                .body("db_provisioned", equalTo(true))
                .body("_meta", nullValue());
    }

    @Test
    void manyAtOnceWithTheSameNameMakeOneApp() throws Exception {
        Callable<String> init = () ->
                owner.json(Map.of("name", name)).post("/init").then().extract().path("app_id");
        try (var threads = Executors.newFixedThreadPool(12)) {
            var ids = threads.invokeAll(Stream.generate(() -> init).limit(12).toList()).stream()
                    .map(done -> done.resultNow())
                    .distinct()
                    .toList();
            assertThat(ids).hasSize(1).doesNotContainNull();
        }
    }

    @Test
    void theSameNameOfAnotherOwnerGetsASubdomainOfItsOwn() {
        owner.json(Map.of("name", name)).post("/init").then().statusCode(201);
        Api.stranger()
                .json(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(201)
                .body("subdomain", not(equalTo(name)))
                .body("subdomain", matchesPattern("[a-z0-9][a-z0-9-]*[a-z0-9]"));
    }

    @Test
    void anExplicitSubdomainThatIsTakenIsAConflict() {
        owner.json(Map.of("name", name)).post("/init").then().statusCode(201);
        owner.json(Map.of("name", name + "-b", "subdomain", name))
                .post("/init")
                .then()
                .statusCode(409)
                .body("error.code", equalTo("RESOURCE_CONFLICT"))
                .body("error.remediation", notNullValue());
    }

    @Test
    void anUnknownRegionIsRefusedWithTheOnesThereAre() {
        owner.json(Map.of("name", name, "region", "mars-1"))
                .post("/init")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_INPUT"))
                .body("error.details.allowed", containsInAnyOrder("us-east-1"));
    }

    @Test
    void anOrganisationOfOthersIsForbidden() {
        owner.json(Map.of("name", name, "organization_id", UUID.randomUUID().toString()))
                .post("/init")
                .then()
                .statusCode(403)
                .body("error.code", equalTo("AUTH_ORG_FORBIDDEN"));
    }

    @Test
    void withoutACredentialNothingIsMade() {
        given().contentType("application/json")
                .body(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("AUTH_REQUIRED"));
    }

    static List<Object> badBodies() {
        return List.of(
                Map.of(),
                Map.of("name", ""),
                Map.of("name", "Upper"),
                Map.of("name", "-first"),
                Map.of("name", "a".repeat(64)),
                Map.of("name", "x'; DROP TABLE app; --"),
                Map.of("name", List.of("a")),
                Map.of("name", Map.of("a", 1)),
                Map.of("name", "ok", "subdomain", "ends-"),
                Map.of("name", "ok", "subdomain", "a".repeat(64)),
                Map.of("name", "ok", "organization_id", "x".repeat(65)),
                "[]",
                "null",
                "\"text\"",
                "7");
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void aBodyThatDoesNotFitIsInvalid(Object body) {
        owner.json(body)
                .post("/init")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("VALIDATION_INVALID_SCHEMA"))
                .body("error.message", not(matchesPattern("(?i).*(select|insert|dev\\.ghee|java\\.).*")));
    }

    @ParameterizedTest
    @MethodSource("brokenJson")
    void brokenJsonIsInvalid(String body) {
        owner.json(body).post("/init").then().statusCode(400).body("error.code", notNullValue());
    }

    static List<String> brokenJson() {
        return List.of("{", "{\"name\":", "{\"name\":\"a\"", "nope", "{\"name\":\"\\u00\"}", "\u0000");
    }

    @Test
    void anEmptyBodyIsARequestError() {
        owner.request()
                .contentType("application/json")
                .post("/init")
                .then()
                .statusCode(400)
                .body("error.code", equalTo("REQUEST_ERROR"));
    }

    @Test
    void aHugeBodyIsRefused() {
        owner.json("{\"name\":\"" + "a".repeat(1_100_000) + "\"}")
                .post("/init")
                .then()
                .statusCode(413)
                .body("error.code", equalTo("REQUEST_ERROR"));
    }
}
