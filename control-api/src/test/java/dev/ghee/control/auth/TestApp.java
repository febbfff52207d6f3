package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.control.testing.Mails;
import dev.ghee.testkit.LocalStack;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An app of its own for a test class, and a client of its sign-in routes. */
final class TestApp {
    static final String PASSWORD = "Correct-Horse-7";
    static final String BYPASS = "let-the-tests-pass";

    private static final Duration READY = Duration.ofSeconds(30);
    private static final Pattern CODE = Pattern.compile("Code: (\\d{6})");
    private static final Pattern TOKEN = Pattern.compile("Token: ([A-Za-z0-9_-]{43})");

    final String id;

    private TestApp(String id) {
        this.id = id;
    }

    /** A ready app of the bootstrap owner. */
    static TestApp create() {
        String id = owner().contentType(ContentType.JSON)
                .body(Map.of("name", "auth-" + UUID.randomUUID()))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        await().atMost(READY)
                .untilAsserted(
                        () -> assertThat(owner().get("/apps/{id}/status", id).<String>path("provisioning_status"))
                                .isEqualTo("ready"));
        return new TestApp(id);
    }

    static RequestSpecification owner() {
        return given().auth().oauth2(LocalStack.shared().configuration().get("ghee.bootstrap.owner-key"));
    }

    static String address() {
        return "user-" + UUID.randomUUID() + "@example.com";
    }

    /** Not subject to rate limits. */
    Response post(String route, Object body) {
        return given().header("x-rate-limit-bypass", BYPASS)
                .contentType(ContentType.JSON)
                .body(body)
                .post("/auth/{app}/" + route, id);
    }

    Response me(String accessToken) {
        return given().auth().oauth2(accessToken).get("/auth/{app}/me", id);
    }

    /** The new user's id. */
    String signUp(String email) {
        return post("signup", Map.of("email", email, "password", PASSWORD))
                .then()
                .statusCode(201)
                .extract()
                .path("user.id");
    }

    Response login(String email) {
        return post("login", Map.of("email", email, "password", PASSWORD));
    }

    /** Access and refresh token of a new session. */
    Session session(String email) {
        return Session.of(login(email));
    }

    record Session(String access, String refresh) {
        static Session of(Response response) {
            response.then().statusCode(200);
            return new Session(response.path("access_token"), response.path("refresh_token"));
        }
    }

    Response refresh(String token) {
        return post("refresh", Map.of("refresh_token", token));
    }

    /** The code in the newest mail to the address that has one, once it has arrived. */
    static String mailedCode(String email, String subject) {
        return fromMail(email, subject, CODE);
    }

    static String mailedToken(String email) {
        return fromMail(email, "Reset", TOKEN);
    }

    /** What the pattern's group finds in the newest mail to the address, once it has arrived. */
    static String mailed(String email, String subject, String pattern) {
        return fromMail(email, subject, Pattern.compile(pattern));
    }

    static void awaitMails(String email, int count) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(Mails.to(email)).hasSizeGreaterThanOrEqualTo(count));
    }

    private static String fromMail(String email, String subject, Pattern wanted) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> Mails.to(email).stream()
                                .filter(mail -> mail.contains("Subject: " + subject))
                                .map(wanted::matcher)
                                .filter(Matcher::find)
                                .map(found -> found.group(1))
                                .reduce((_, newest) -> newest)
                                .orElse(""),
                        found -> !found.isEmpty());
    }

    /** Runs SQL in the app's database, past the platform. */
    int update(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the first row. */
    String query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection connect() throws SQLException {
        LocalStack stack = LocalStack.shared();
        return DriverManager.getConnection(stack.jdbcUrl(id), stack.adminUser(), stack.adminPassword());
    }
}
