package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import dev.ghee.testkit.StackResource;
import dev.ghee.testkit.token.Jws;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Passkeys from a device in software: what is accepted of one, and what is not. */
@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasskeyIT {
    private static final String PAGE = "http://localhost:3000";

    @SuppressWarnings("NullAway.Init")
    private TestApp app;

    private String email = "";
    private String userId = "";
    private String access = "";

    @BeforeEach
    void signUp() {
        if (app == null) {
            app = TestApp.create();
        }
        email = TestApp.address();
        userId = app.signUp(email);
        access = app.session(email).access();
    }

    @Test
    void aPasskeySignsInWithTwoFactorsAtOnceAndWithoutAnAddress() {
        var device = new SoftAuthenticator();
        Response registered = register(device);
        registered.then().statusCode(201).body("name", equalTo("Laptop")).body("transports", contains("internal"));

        Response answer = signIn(device);

        answer.then().statusCode(200).body("user.id", equalTo(userId));
        JsonPath claims = new JsonPath(Jws.parse(answer.path("access_token")).payload());
        assertThat(claims.getString("aal")).isEqualTo("aal2");
        assertThat(claims.getList("amr")).isEqualTo(List.of("passkey"));
        list().then()
                .body("passkeys", hasSize(1))
                .body("passkeys[0].id", equalTo(registered.path("id")))
                .body("passkeys[0].last_used_at", notNullValue());
    }

    @Test
    void optionsSayWhatBrowsersNeed() {
        JsonPath options = creation().jsonPath();

        assertThat(options.getString("rp.id")).isEqualTo("localhost");
        assertThat(options.getString("user.name")).isEqualTo(email);
        assertThat(options.getString("user.id")).hasSize(22);
        assertThat(options.getString("challenge")).hasSize(43);
        assertThat(options.getList("pubKeyCredParams.alg")).isEqualTo(List.of(-8, -7, -257));
        assertThat(options.getString("authenticatorSelection.residentKey")).isEqualTo("required");
        assertThat(options.getString("authenticatorSelection.userVerification")).isEqualTo("required");
        register(new SoftAuthenticator()).then().statusCode(201);
        assertThat(creation().jsonPath().getList("excludeCredentials")).hasSize(1);
    }

    @Test
    void renamedAndRemoved() {
        var device = new SoftAuthenticator();
        String id = register(device).path("id");

        bearing()
                .body(Map.of("name", " My phone "))
                .patch("/auth/{app}/passkeys/{id}", app.id, id)
                .then()
                .statusCode(200)
                .body("name", equalTo("My phone"));
        bearing().delete("/auth/{app}/passkeys/{id}", app.id, id).then().statusCode(200);

        list().then().body("passkeys", hasSize(0));
        signIn(device).then().statusCode(401);
    }

    @Test
    void nobodyTouchesSomebodyElsesPasskey() {
        String id = register(new SoftAuthenticator()).path("id");
        String address = TestApp.address();
        app.signUp(address);
        access = app.session(address).access();

        bearing().delete("/auth/{app}/passkeys/{id}", app.id, id).then().statusCode(404);
        bearing()
                .body(Map.of("name", "x"))
                .patch("/auth/{app}/passkeys/{id}", app.id, id)
                .then()
                .statusCode(404);
        bearing().delete("/auth/{app}/passkeys/{id}", app.id, "nonsense").then().statusCode(404);
    }

    @Test
    void aChallengeIsAnsweredOnceAndOnlyByWhomItWasMadeFor() {
        var device = new SoftAuthenticator();
        JsonPath options = creation().jsonPath();
        Map<String, Object> answer = device.create(options);
        String victim = access;
        String address = TestApp.address();
        app.signUp(address);
        access = app.session(address).access();
        verify(answer).then().statusCode(400);
        access = victim;
        verify(answer).then().statusCode(201);
        verify(answer).then().statusCode(400);

        JsonPath request = request().jsonPath();
        Map<String, Object> assertion = device.get(request);
        authenticate(assertion).then().statusCode(200);
        authenticate(assertion).then().statusCode(401);
        // A challenge for signing in makes no key, and the other way round.
        verify(new SoftAuthenticator().create(mixed(request()))).then().statusCode(400);
    }

    @Test
    void anExpiredChallengeIsRefused() {
        var device = new SoftAuthenticator();
        register(device).then().statusCode(201);
        JsonPath request = request().jsonPath();
        app.update("UPDATE ghee.passkey_challenges SET expires_at = now() - interval '1 second'");

        authenticate(device.get(request)).then().statusCode(401);
    }

    @Test
    void aWrongRegistrationIsRefused() {
        refusedAtRegistration(device -> device.origin = "https://evil.example");
        refusedAtRegistration(device -> device.origin = "http://localhost:3001");
        refusedAtRegistration(device -> device.flags = SoftAuthenticator.USER_PRESENT);
        refusedAtRegistration(device -> device.flags = SoftAuthenticator.USER_VERIFIED);
    }

    private void refusedAtRegistration(Consumer<SoftAuthenticator> wrong) {
        var device = new SoftAuthenticator();
        wrong.accept(device);
        register(device).then().statusCode(400);
    }

    @Test
    void aWrongSignInIsRefused() {
        refusedAtSignIn(device -> device.origin = "https://evil.example");
        refusedAtSignIn(device -> device.flags = SoftAuthenticator.USER_PRESENT);
        refusedAtSignIn(device -> device.flags = SoftAuthenticator.USER_VERIFIED);
    }

    private void refusedAtSignIn(Consumer<SoftAuthenticator> wrong) {
        var device = new SoftAuthenticator();
        register(device).then().statusCode(201);
        wrong.accept(device);
        signIn(device).then().statusCode(401).body("error", equalTo("Invalid credentials"));
    }

    @Test
    void aCountThatGoesBackMeansACopyOfTheKey() {
        var device = new SoftAuthenticator();
        device.count = 10;
        register(device).then().statusCode(201);
        device.count = 11;
        signIn(device).then().statusCode(200);

        device.count = 11;
        signIn(device).then().statusCode(401);
        device.count = 5;
        signIn(device).then().statusCode(401);
        device.count = 12;
        signIn(device).then().statusCode(200);
    }

    @Test
    void aTamperedAnswerIsRefused() {
        var device = new SoftAuthenticator();
        register(device).then().statusCode(201);
        for (String field : List.of("signature", "authenticatorData", "clientDataJSON", "userHandle")) {
            Map<String, Object> answer = device.get(request().jsonPath());
            @SuppressWarnings("unchecked")
            Map<String, Object> response = (Map<String, Object>) answer.get("response");
            assertThat(response).isNotNull();
            response.computeIfPresent(field, (_, value) -> flipped(value.toString()));
            assertThat(authenticate(answer).statusCode()).as(field).isEqualTo(401);
        }
        Map<String, Object> foreign = new SoftAuthenticator().get(request().jsonPath());
        foreign.put("id", device.get(request().jsonPath()).get("id"));
        foreign.put("rawId", foreign.get("id"));
        authenticate(foreign).then().statusCode(401);
    }

    @Test
    void anotherAppsPasskeyIsOfNoUse() {
        var device = new SoftAuthenticator();
        register(device).then().statusCode(201);
        TestApp other = TestApp.create();
        JsonPath request = page().post("/auth/{app}/passkeys/authenticate/options", other.id)
                .jsonPath();

        page().body(Map.of("credential", device.get(request)))
                .post("/auth/{app}/passkeys/authenticate/verify", other.id)
                .then()
                .statusCode(401);
    }

    @Test
    void onlyPagesOfTheAppAsk() {
        for (String origin : List.of("https://evil.example", "null", "http://localhost:3001", "")) {
            given().header("Origin", origin)
                    .contentType(ContentType.JSON)
                    .body("{}")
                    .post("/auth/{app}/passkeys/authenticate/options", app.id)
                    .then()
                    .statusCode(400);
        }
        given().contentType(ContentType.JSON)
                .body("{}")
                .post("/auth/{app}/passkeys/authenticate/options", app.id)
                .then()
                .statusCode(400);
        page().post("/auth/{app}/passkeys/register/options", app.id).then().statusCode(401);
    }

    @Test
    void aSessionThatOwesItsSecondFactorMakesNoPasskey() {
        app.update(
                "INSERT INTO ghee.totp_factors (user_id, secret, confirmed_at) VALUES ('" + userId + "', 'x', now())");

        creation().then().statusCode(403);
    }

    @Test
    void garbageIsRefusedPolitely() {
        for (Object body : List.of(
                "",
                "{}",
                "null",
                "[]",
                Map.of("credential", "x"),
                Map.of("credential", Map.of("x", "y".repeat(20_000))))) {
            assertThat(bearing()
                            .body(body)
                            .post("/auth/{app}/passkeys/register/verify", app.id)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(page().body(body)
                            .post("/auth/{app}/passkeys/authenticate/verify", app.id)
                            .statusCode())
                    .isEqualTo(400);
        }
        for (Map<String, Object> credential : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("id", 1, "rawId", List.of()),
                Map.of("id", "AA", "rawId", "AA", "type", "public-key", "response", Map.of()),
                Map.of("id", "!", "rawId", "!", "type", "x", "response", "y"),
                Map.of(
                        "id",
                        "AA",
                        "rawId",
                        "AA",
                        "type",
                        "public-key",
                        "response",
                        Map.of(
                                "clientDataJSON",
                                "e30",
                                "attestationObject",
                                "oA",
                                "authenticatorData",
                                "AA",
                                "signature",
                                "AA")))) {
            assertThat(verify(credential).statusCode()).as("" + credential).isEqualTo(400);
            assertThat(authenticate(credential).statusCode())
                    .as("" + credential)
                    .isEqualTo(401);
        }
        String id = register(new SoftAuthenticator()).path("id");
        for (Object name : List.of("", " ", "x".repeat(101), "a\u0000b", "a\nb")) {
            bearing()
                    .body(Map.of("name", name))
                    .patch("/auth/{app}/passkeys/{id}", app.id, id)
                    .then()
                    .statusCode(400);
        }
    }

    private Response register(SoftAuthenticator device) {
        return verify(device.create(creation().jsonPath()));
    }

    private Response creation() {
        return bearing().body("{}").post("/auth/{app}/passkeys/register/options", app.id);
    }

    private Response verify(Map<String, Object> credential) {
        return bearing()
                .body(Map.of("credential", credential, "name", "Laptop"))
                .post("/auth/{app}/passkeys/register/verify", app.id);
    }

    private Response request() {
        return page().post("/auth/{app}/passkeys/authenticate/options", app.id);
    }

    private Response signIn(SoftAuthenticator device) {
        return authenticate(device.get(request().jsonPath()));
    }

    private Response authenticate(Map<String, Object> credential) {
        return page().body(Map.of("credential", credential)).post("/auth/{app}/passkeys/authenticate/verify", app.id);
    }

    private Response list() {
        return given().auth().oauth2(access).get("/auth/{app}/passkeys", app.id);
    }

    private RequestSpecification bearing() {
        return page().auth().oauth2(access);
    }

    private static RequestSpecification page() {
        return given().header("x-rate-limit-bypass", TestApp.BYPASS)
                .header("Origin", PAGE)
                .contentType(ContentType.JSON);
    }

    /** A request for a signature that looks like one for a new key. */
    private static JsonPath mixed(Response request) {
        return new JsonPath("{\"challenge\":\"" + request.path("challenge")
                + "\",\"rp\":{\"id\":\"localhost\"},\"user\":{\"id\":\"AA\"}}");
    }

    private static String flipped(String base64) {
        int middle = base64.length() / 2;
        char other = base64.charAt(middle) == 'A' ? 'B' : 'A';
        return base64.substring(0, middle) + other + base64.substring(middle + 1);
    }
}
