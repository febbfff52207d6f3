package dev.ghee.control.kv;

import static io.restassured.RestAssured.given;

import dev.ghee.control.testing.Api;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An app with its store, and whoever asks for keys. */
record KvApp(String id) {
    static KvApp create() {
        return new KvApp(Api.owner().readyApp());
    }

    String path(String rest) {
        return "/v1/" + id + "/kv/" + rest;
    }

    /** As the SDK sends: a JSON type even where there is no body, and paths as they are. */
    Response send(@Nullable String bearer, String method, String path, @Nullable String body) {
        RequestSpecification request = given().urlEncodingEnabled(false).contentType(ContentType.JSON);
        if (bearer != null) {
            request.header("Authorization", "Bearer " + bearer);
        }
        if (body != null) {
            request.body(body);
        }
        return request.request(method, path(path));
    }

    Response service(String method, String path) {
        return send(Api.owner().token(), method, path, null);
    }

    Response service(String method, String path, String body) {
        return send(Api.owner().token(), method, path, body);
    }

    /** Somebody who has signed up and in. */
    User user(String name) {
        var account = Map.of("email", name + "@example.com", "password", "Correct-Horse-7");
        auth("signup", account).then().statusCode(201);
        Response session = auth("login", account);
        session.then().statusCode(200);
        return new User(session.path("user.id"), session.path("access_token"));
    }

    private Response auth(String route, Map<String, String> account) {
        return given().contentType(ContentType.JSON)
                .header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"))
                .body(account)
                .post("/auth/" + id + "/" + route);
    }

    record User(String id, String token) {}
}
