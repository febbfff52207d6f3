package dev.ghee.control.testing;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.smallrye.jwt.build.Jwt;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.ConfigProvider;

/** The REST API as one credential sees it. */
public record Api(String token) {
    /** With the key of the bootstrap owner. */
    public static Api owner() {
        return new Api(config("ghee.bootstrap.owner-key"));
    }

    /** A person whom the platform has not seen before. */
    public static Api stranger() {
        return person(UUID.randomUUID());
    }

    public static Api person(UUID id) {
        var secret = new SecretKeySpec(config("ghee.local-jwt-secret").getBytes(StandardCharsets.UTF_8), "HmacSHA256");
        return new Api(Jwt.subject(id.toString())
                .claim("email", id + "@example.test")
                .expiresIn(Duration.ofHours(1))
                .sign(secret));
    }

    public static String config(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }

    public static String uniqueName() {
        return "it-" + UUID.randomUUID();
    }

    public RequestSpecification request() {
        return given().auth().oauth2(token);
    }

    /** With a JSON body. */
    public RequestSpecification json(Object body) {
        return request().contentType(ContentType.JSON).body(body);
    }

    /** A new app that is ready. */
    public String readyApp() {
        return readyApp(uniqueName());
    }

    public String readyApp(String name) {
        String id = json(Map.of("name", name))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        awaitStatus(id, "ready");
        return id;
    }

    public void awaitStatus(String app, String status) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> request()
                        .get("/apps/{id}/status", app)
                        .then()
                        .statusCode(200)
                        .body("provisioning_status", equalTo(status)));
    }
}
