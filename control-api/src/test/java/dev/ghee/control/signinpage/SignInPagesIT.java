package dev.ghee.control.signinpage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Browser;
import dev.ghee.control.testing.Mails;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages on which an app's users sign in, through the same routes as the API's. */
@QuarkusTest
@WithTestResource(StackResource.class)
class SignInPagesIT {
    private static final String BACK = "http://localhost:3000/signed-in?from=ghee";
    private static final String PASSWORD = "Correct-Horse-7";

    private final Api owner = Api.stranger();
    private final Browser browser = new Browser();
    private final String email = "user-" + UUID.randomUUID() + "@example.com";
    private String app = "";

    @BeforeEach
    void makeApp() {
        app = owner.readyApp();
    }

    @Test
    void aUserSignsUpVerifiesSignsInAndIsSentBackWithTokens() {
        browser.get(ui("sign-up") + query(BACK))
                .then()
                .statusCode(200)
                .header("X-Frame-Options", "DENY")
                .header("Content-Security-Policy", containsString("default-src 'none'"))
                .header("Content-Security-Policy", containsString("form-action 'self' http://localhost:3000;"))
                .body(not(containsString("<script")));
        post("sign-up", Map.of("email", email, "password", "short"))
                .then()
                .statusCode(400)
                .body(containsString("There is a problem"), containsString("at least 8 characters"));
        post("sign-up", Map.of("email", email, "password", PASSWORD))
                .then()
                .statusCode(200)
                .body(containsString("Verify your address"));
        post("verify", Map.of("email", email, "code", "000000x"))
                .then()
                .statusCode(400)
                .body(containsString("There is a problem"));
        post("verify", Map.of("email", email, "code", Mails.digits(email)))
                .then()
                .statusCode(200)
                .body(containsString("Your address is verified"));
        post("sign-in", Map.of("email", email, "password", "Wrong-Horse-7"))
                .then()
                .statusCode(401)
                .body(containsString("Invalid credentials"), not(containsString("Wrong-Horse-7")));
        Response back = post("sign-in", Map.of("email", email, "password", PASSWORD));
        back.then().statusCode(303).header("Cache-Control", "no-store").header("Referrer-Policy", "no-referrer");
        String location = back.getHeader("Location");
        assertThat(location).startsWith(BACK + "&access_token=");
        Map<String, String> sent = parameters(location);
        assertThat(sent).containsEntry("token_type", "Bearer").containsEntry("expires_in", "900");
        new Api(sent.get("access_token"))
                .request()
                .get("/auth/{app}/me", app)
                .then()
                .statusCode(200)
                .body("email", equalTo(email), "email_verified", equalTo(true));
        new Api("")
                .json(Map.of("refresh_token", sent.get("refresh_token")))
                .post("/auth/{app}/refresh", app)
                .then()
                .statusCode(200);
    }

    @Test
    void whoHasASecondFactorIsAskedForIt() {
        post("sign-up", Map.of("email", email, "password", PASSWORD)).then().statusCode(200);
        Response session =
                new Api("").json(Map.of("email", email, "password", PASSWORD)).post("/auth/{app}/login", app);
        Api user = new Api(session.path("access_token"));
        String secret = user.request()
                .post("/auth/{app}/mfa/enroll", app)
                .then()
                .statusCode(200)
                .extract()
                .path("secret");
        List<String> recovery = user.json(Map.of("code", oneTimeCode(secret)))
                .post("/auth/{app}/mfa/enroll/confirm", app)
                .then()
                .statusCode(200)
                .extract()
                .path("recovery_codes");
        Response due = post("sign-in", Map.of("email", email, "password", PASSWORD));
        due.then().statusCode(200).body(containsString("One more step"));
        String challenge = due.asString().replaceAll("(?s).*name=\"challenge_token\" value=\"([^\"]+)\".*", "$1");
        assertThat(challenge).matches("[A-Za-z0-9._-]+");
        post("second-factor", Map.of("challenge_token", challenge, "code", "000000"))
                .then()
                .statusCode(anyOf(equalTo(400), equalTo(401)))
                .body(containsString("There is a problem"));
        post("second-factor", Map.of("challenge_token", challenge, "code", recovery.getFirst()))
                .then()
                .statusCode(303)
                .header("Location", containsString("access_token="));
    }

    @Test
    void aForgottenPasswordIsReplaced() {
        post("sign-up", Map.of("email", email, "password", PASSWORD)).then().statusCode(200);
        post("forgot-password", Map.of("email", email)).then().statusCode(200);
        Mails.matching(email, "(Reset your password)");
        String code = Mails.digits(email);
        post("reset-password", Map.of("email", email, "code", code, "password", "Other-Horse-8"))
                .then()
                .statusCode(200)
                .body(containsString("Your password is changed"));
        post("sign-in", Map.of("email", email, "password", "Other-Horse-8"))
                .then()
                .statusCode(303);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "/relative",
                "https://evil.example/",
                "http://localhost:3001/",
                "http://localhost:3000@evil.example/",
                "http://localhost:3000.evil.example/",
                "javascript:alert(1)",
                "http://localhost:3000/#fragment",
                "//localhost:3000/"
            })
    void nobodyIsSentToAnAddressThatTheAppDoesNotAllow(String back) {
        browser.get(ui("sign-in") + query(back)).then().statusCode(400).body(not(containsString("<form")));
        Response answer =
                browser.post(ui("sign-in"), Map.of("redirect_to", back, "email", email, "password", PASSWORD));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.getHeader("Location")).isNull();
    }

    @Test
    void aFormOfAnotherSiteSignsNobodyIn() {
        post("sign-up", Map.of("email", email, "password", PASSWORD)).then().statusCode(200);
        Map<String, String> form = Map.of("redirect_to", BACK, "email", email, "password", PASSWORD);
        browser.postFrom("https://evil.example", ui("sign-in"), form).then().statusCode(403);
        browser.postFrom("null", ui("sign-in"), form).then().statusCode(403);
    }

    @Test
    void textFromOutsideIsText() {
        owner.json(Map.of(
                        "display_name",
                        "<b>Shop</b>",
                        "accent_color",
                        "#b00020",
                        "logo_url",
                        "https://a.example/l.png"))
                .put("/v1/{app}/config/sign-in-page", app)
                .then()
                .statusCode(200)
                .body("accent_color", equalTo("#b00020"));
        browser.get(ui("sign-in") + query(BACK + "&x=%22%3E%3Cscript%3E"))
                .then()
                .statusCode(200)
                .body(
                        containsString("Sign in to &lt;b&gt;Shop&lt;/b&gt;"),
                        containsString("https://a.example/l.png"),
                        not(containsString("<script")));
        post("sign-in", Map.of("email", "\"><script>", "password", "x"))
                .then()
                .statusCode(400)
                .body(not(containsString("<script")));
        browser.get(ui("theme.css")).then().statusCode(200).body(containsString("#b00020"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"logo_url\":\"http://a.example/l.png\"}",
                "{\"logo_url\":\"javascript:alert(1)\"}",
                "{\"accent_color\":\"red\"}",
                "{\"accent_color\":\"#b00020; }\"}",
                "{\"display_name\":\"\"}",
                "{\"display_name\":[]}",
                "[]",
                "null"
            })
    void aThemeThatIsNoneIsRefused(String body) {
        owner.json(body).put("/v1/{app}/config/sign-in-page", app).then().statusCode(400);
    }

    @Test
    void anAppThatIsNoneHasNoPages() {
        given().get("/auth/app_zzzzzzzzzzzz/ui/sign-in" + query(BACK))
                .then()
                .statusCode(404)
                .contentType(containsString("text/html"));
    }

    private Response post(String page, Map<String, String> fields) {
        var form = new HashMap<>(fields);
        form.put("redirect_to", BACK);
        return browser.post(ui(page), form);
    }

    private String ui(String page) {
        return "/auth/" + app + "/ui/" + page;
    }

    private static String oneTimeCode(String base32) {
        var bits = new StringBuilder();
        for (char c : base32.toCharArray()) {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c);
            bits.append(Integer.toBinaryString(32 + value).substring(1));
        }
        byte[] key = new byte[bits.length() / 8];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
        }
        try {
            return new TimeBasedOneTimePasswordGenerator()
                    .generateOneTimePasswordString(new SecretKeySpec(key, "HmacSHA1"), Instant.now());
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String query(String back) {
        return "?redirect_to=" + URLEncoder.encode(back, StandardCharsets.UTF_8);
    }

    private static Map<String, String> parameters(String location) {
        Map<String, String> all = new HashMap<>();
        for (String pair : List.of(URI.create(location).getRawQuery().split("&"))) {
            String[] parts = pair.split("=", 2);
            all.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return all;
    }
}
