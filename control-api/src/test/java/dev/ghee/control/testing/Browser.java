package dev.ghee.control.testing;

import static io.restassured.RestAssured.given;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The platform's pages as a browser without scripts uses them: keeps cookies, names its origin, follows nothing. */
public final class Browser {
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form_token\" value=\"([A-Za-z0-9_-]{43})\"");

    private final Map<String, String> cookies = new HashMap<>();

    /** Signed in as this person. */
    public static Browser of(People.Enrolled person) {
        var browser = new Browser();
        browser.post("/account/sign-in", Map.of("email", person.email(), "password", People.PASSWORD))
                .then()
                .statusCode(303);
        return browser;
    }

    /** Where the server under test is. */
    public static String origin() {
        return "http://localhost:" + RestAssured.port;
    }

    public Response get(String path) {
        return keep(request().get(path));
    }

    public Response post(String path, Map<String, String> form) {
        return postFrom(origin(), path, form);
    }

    /** As a page of this origin sends a form. */
    public Response postFrom(String origin, String path, Map<String, String> form) {
        return keep(request()
                .header("Origin", origin)
                .contentType(ContentType.URLENC)
                .formParams(form)
                .post(path));
    }

    /** The token that a page's form carries. */
    public static String formToken(Response page) {
        Matcher found = FORM_TOKEN.matcher(page.asString());
        if (!found.find()) {
            throw new AssertionError("No form token in " + page.asString());
        }
        return found.group(1);
    }

    /** The same, subject to rate limits, from another address: other tests must not have used its limit up. */
    public Response counted(String path, String address, Map<String, String> form) {
        return counted()
                .header("X-Forwarded-For", address)
                .header("Origin", origin())
                .contentType(ContentType.URLENC)
                .formParams(form)
                .post(path);
    }

    private RequestSpecification request() {
        return counted().header("x-rate-limit-bypass", Api.config("ghee.rate-limit.bypass-token"));
    }

    private RequestSpecification counted() {
        return given().baseUri(origin())
                .port(RestAssured.port)
                .redirects()
                .follow(false)
                .urlEncodingEnabled(false)
                .cookies(cookies);
    }

    private Response keep(Response response) {
        cookies.putAll(response.getCookies());
        return response;
    }
}
