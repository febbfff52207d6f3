package dev.ghee.control.app;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class InitIT {
    @ConfigProperty(name = "ghee.bootstrap.owner-key")
    String ownerKey;

    private final String name = "it-" + UUID.randomUUID();

    @Test
    void anAppBecomesReady() {
        String id = given().auth()
                .oauth2(ownerKey)
                .contentType(ContentType.JSON)
                .body(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(201)
                .body("app_id", matchesPattern("app_[0-9a-z]{12}"))
                .body("provisioning_status", equalTo("provisioning"))
                .body("subdomain", equalTo(name))
                .body("_meta", notNullValue())
                .extract()
                .path("app_id");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            String status = given().auth()
                    .oauth2(ownerKey)
                    .get("/apps/{id}/status", id)
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("provisioning_status");
            assertThat(status).isEqualTo("ready");
        });
        given().auth()
                .oauth2(ownerKey)
                .contentType(ContentType.JSON)
                .body(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(200)
                .body("app_id", equalTo(id))
                .body("_meta", nullValue());
        given().auth().oauth2(ownerKey).delete("/apps/{id}", id).then().statusCode(200);
    }
}
