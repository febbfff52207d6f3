package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.errors.GheeException;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Guessing from many addresses ends; the account's owner is not locked out by it. */
@QuarkusTest
@WithTestResource(StackResource.class)
class LockOutIT {
    private static final String HOME = "203.0.113.7";
    private static final int PER_ACCOUNT = 50;
    private static final int PER_ADDRESS = 10;

    @Inject
    RateLimits limits;

    @Test
    void strangersWhoGuessFromManyAddressesDoNotLockTheOwnerOutAtHome() {
        TestApp app = TestApp.create();
        String email = TestApp.address();
        app.signUp(email);
        login(app, email, HOME).then().statusCode(200);

        var id = new AppId(app.id);
        for (int i = 1; i < PER_ACCOUNT; i++) {
            int block = i;
            assertThatCode(() -> guess(id, email, "198.51.100." + block)).doesNotThrowAnyException();
        }

        login(app, email, "198.51.100.200").then().statusCode(429);
        login(app, email, HOME).then().statusCode(200);
        // At home too only so many tries.
        for (int i = 2; i < PER_ADDRESS; i++) {
            guess(id, email, HOME);
        }
        assertThatThrownBy(() -> guess(id, email, HOME)).isInstanceOf(GheeException.class);
    }

    private void guess(AppId app, String email, String address) {
        limits.take(RateLimits.Route.LOGIN, app, address, email, null);
    }

    private static Response login(TestApp app, String email, String address) {
        // The test's connection comes from the address that only the edge has.
        return given().header("X-Forwarded-For", address)
                .contentType(ContentType.JSON)
                .body(Map.of("email", email, "password", TestApp.PASSWORD))
                .post("/auth/{app}/login", app.id);
    }
}
