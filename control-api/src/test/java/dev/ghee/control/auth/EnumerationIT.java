package dev.ghee.control.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Who does not know whether an address has an account learns it neither from the answer nor from the time it takes.
 * Calls of both kinds alternate; the chance that one of the one kind takes longer than one of the other (Mann-Whitney)
 * stays near a half. Work that only one of them does, such as hashing, would bring it to 0 or 1.
 */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnumerationIT {
    private static final int CALLS = 25;
    private static final int WARM_UP = 4;
    /** Beyond four standard deviations of what chance alone does with so many calls. */
    private static final double TOLERANCE = 0.35;

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    private final String known = TestApp.address();

    @BeforeEach
    void create() {
        if (app == null) {
            app = TestApp.create();
            app.signUp(known);
        }
    }

    @Test
    void signingInTellsNothing() {
        Supplier<Response> member = () -> login(known);
        Supplier<Response> stranger = () -> login(TestApp.address());

        assertThat(stranger.get().asString()).isEqualTo(member.get().asString());
        assertThat(stranger.get().statusCode())
                .isEqualTo(member.get().statusCode())
                .isEqualTo(401);
        assertAlike(member, stranger);
    }

    @Test
    void askingForAResetTellsNothing() {
        Supplier<Response> member = () -> app.post("forgot-password", Map.of("email", known));
        Supplier<Response> stranger = () -> app.post("forgot-password", Map.of("email", TestApp.address()));

        assertThat(stranger.get().asString()).isEqualTo(member.get().asString());
        assertAlike(member, stranger);
    }

    @Test
    void signingUpTellsNothingWhereTheAppWantsItSo() {
        TestApp.owner()
                .contentType(ContentType.JSON)
                .body(Map.of("prevent_enumeration", true))
                .patch("/v1/{app}/config/auth-policy", app.id)
                .then()
                .statusCode(200);
        Supplier<Response> member = () -> signUp(known);
        Supplier<Response> stranger = () -> signUp(TestApp.address());

        assertThat(shape(member.get())).isEqualTo(shape(stranger.get()));
        assertAlike(member, stranger);

        assertThat(app.query("SELECT count(*) FROM ghee.users WHERE email = '" + known + "'"))
                .isEqualTo("1");
        app.login(known).then().statusCode(200);
        TestApp.awaitMails(known, 2);
    }

    private Response login(String email) {
        return app.post("login", Map.of("email", email, "password", "Wrong-Horse-7"));
    }

    private Response signUp(String email) {
        return app.post("signup", Map.of("email", email, "password", "Another-Horse-8", "display_name", "Ada"));
    }

    private static String shape(Response response) {
        return response.statusCode()
                + response.asString().replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID");
    }

    private static void assertAlike(Supplier<Response> one, Supplier<Response> other) {
        for (int i = 0; i < WARM_UP; i++) {
            assertThat(nanos(one) + nanos(other)).isPositive();
        }
        long[] ones = new long[CALLS];
        long[] others = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            // Neither kind is always the first of its pair.
            if (i % 2 == 0) {
                ones[i] = nanos(one);
                others[i] = nanos(other);
            } else {
                others[i] = nanos(other);
                ones[i] = nanos(one);
            }
        }
        assertThat(chanceThatLonger(ones, others)).isBetween(0.5 - TOLERANCE, 0.5 + TOLERANCE);
    }

    private static double chanceThatLonger(long[] ones, long[] others) {
        double longer = 0;
        for (long one : ones) {
            for (long other : others) {
                longer += one > other ? 1 : one == other ? 0.5 : 0;
            }
        }
        return longer / ones.length / others.length;
    }

    private static long nanos(Supplier<Response> call) {
        long begin = System.nanoTime();
        int status = call.get().statusCode();
        long end = System.nanoTime();
        assertThat(status).isIn(200, 201, 401);
        return end - begin;
    }
}
