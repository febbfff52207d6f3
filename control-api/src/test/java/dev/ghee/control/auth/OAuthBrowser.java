package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** A browser of a person who signs in with a provider: follows nothing by itself, keeps cookies. */
final class OAuthBrowser {
    static final String PAGE = "http://localhost:3000/welcome";

    private final TestApp app;
    private final Map<String, String> cookies = new HashMap<>();

    OAuthBrowser(TestApp app) {
        this.app = app;
    }

    /** Sets a provider up as an owner would, with a secret that is easy to recognise. */
    static void configure(TestApp app, String provider, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(Map.of(
                "provider",
                provider,
                "client_id",
                "client-of-" + provider,
                "client_secret",
                "secret-of-" + provider,
                "redirect_uris",
                java.util.List.of(callback(app, provider))));
        body.putAll(more);
        TestApp.owner()
                .contentType("application/json")
                .body(body)
                .post("/v1/{app}/auth/oauth-config", app.id)
                .then()
                .statusCode(200);
    }

    static String callback(TestApp app, String provider) {
        return "http://127.0.0.1:4000/auth/" + app.id + "/oauth/" + provider + "/callback";
    }

    /** The parameters with which the provider is asked. */
    Map<String, String> leave(String provider) {
        return leave(provider, Map.of("redirect_to", PAGE));
    }

    Map<String, String> leave(String provider, Map<String, String> query) {
        return parameters(location(provider, query));
    }

    /** The provider's own page. */
    String location(String provider) {
        return location(provider, Map.of("redirect_to", PAGE));
    }

    private String location(String provider, Map<String, String> query) {
        Response response = request().queryParams(query).get("/auth/{app}/oauth/{provider}", app.id, provider);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(302);
        return keep(response).getHeader("Location");
    }

    Response comeBack(String provider, Map<String, String> query) {
        return request().queryParams(query).get("/auth/{app}/oauth/{provider}/callback", app.id, provider);
    }

    Response comeBackWithForm(String provider, Map<String, String> form) {
        return request()
                .contentType("application/x-www-form-urlencoded")
                .formParams(form)
                .post("/auth/{app}/oauth/{provider}/callback", app.id, provider);
    }

    /** There and back; the provider is scripted already. */
    Response signIn(String provider) {
        return comeBack(
                provider, Map.of("code", "a-code", "state", leave(provider).get("state")));
    }

    /** The tokens that the app's page finds in its address. */
    TestApp.Session tokens(Response end) {
        assertThat(end.statusCode()).as(end.asString()).isEqualTo(302);
        assertThat(end.getHeader("Location")).startsWith(PAGE + "?");
        Map<String, String> parameters = parameters(end.getHeader("Location"));
        assertThat(parameters).containsOnlyKeys("access_token", "refresh_token", "expires_in", "token_type");
        return new TestApp.Session(parameters.get("access_token"), parameters.get("refresh_token"));
    }

    Map<String, String> cookies() {
        return cookies;
    }

    static Map<String, String> parameters(String url) {
        String query = URI.create(url).getRawQuery();
        return ScriptedProvider.fields(query == null ? "" : query);
    }

    private RequestSpecification request() {
        return given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .redirects()
                .follow(false)
                .cookies(cookies);
    }

    private Response keep(Response response) {
        cookies.putAll(response.getCookies());
        return response;
    }
}
