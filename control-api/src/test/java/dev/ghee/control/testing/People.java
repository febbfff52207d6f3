package dev.ghee.control.testing;

import static io.restassured.RestAssured.given;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** People with an account of the platform. Sign-up is closed, so each is invited by somebody first. */
public final class People {
    public static final String PASSWORD = "Correct-Horse-7";

    private People() {}

    /** Somebody who has signed up. */
    public record Enrolled(String email, String id, String accessToken, String refreshToken) {
        public Api api() {
            return new Api(accessToken);
        }

        /** The organisation that came with the person. */
        public String organization() {
            return api().request()
                    .get("/organizations")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("organizations.find { it.personal }.id");
        }

        static Enrolled of(String email, Response session) {
            session.then().statusCode(200);
            return new Enrolled(
                    email, session.path("user.id"), session.path("access_token"), session.path("refresh_token"));
        }
    }

    public static String address() {
        return "person-" + UUID.randomUUID() + "@example.com";
    }

    /** Not subject to rate limits. */
    public static Response post(String path, Object body) {
        return given().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .contentType(ContentType.JSON)
                .body(body)
                .post(path);
    }

    /** The token of an invitation to the address, by somebody else. */
    public static String invitation(String email) {
        Api host = Api.stranger();
        String organization =
                host.request().get("/organizations").then().extract().path("organizations[0].id");
        return invite(host, organization, email, "viewer");
    }

    /** The mailed token. */
    public static String invite(Api host, String organization, String email, String role) {
        host.request()
                .header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .contentType(ContentType.JSON)
                .body(Map.of("email", email, "role", role))
                .post("/organizations/{id}/invitations", organization)
                .then()
                .statusCode(201);
        return Mails.token(email);
    }

    public static Response signUp(String email, String invitation) {
        var body = new HashMap<>(Map.of("email", email, "password", PASSWORD));
        body.put("invitation", invitation);
        return post("/account/signup", body);
    }

    public static Response login(String email, String password) {
        return post("/account/login", Map.of("email", email, "password", password));
    }

    /** Somebody new. */
    public static Enrolled enrol() {
        return enrol(address());
    }

    public static Enrolled enrol(String email) {
        String pending = signUp(email, invitation(email))
                .then()
                .statusCode(202)
                .extract()
                .path("pending_token");
        return Enrolled.of(email, post("/account/verify", Map.of("pending_token", pending, "code", Mails.code(email))));
    }

    /** A member of the organisation with this role. */
    public static Enrolled member(Api host, String organization, String role) {
        Enrolled person = enrol();
        String token = invite(host, organization, person.email(), role);
        person.api()
                .json(Map.of("token", token))
                .post("/invitations/accept")
                .then()
                .statusCode(200);
        return person;
    }
}
