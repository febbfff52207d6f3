package dev.ghee.control.auth;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.ghee.control.auth.oauth.LocalEndpoints;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which user an identity is, and how users add and remove them. */
@QuarkusTest
@WithTestResource(StackResource.class)
class IdentitiesIT {
    private static final ScriptedProvider PROVIDER = ScriptedProvider.start();

    @SuppressWarnings("NullAway.Init")
    private static TestApp app;

    private final String email = TestApp.address();
    private final String subject = Long.toString(System.nanoTime());

    @BeforeEach
    void setUp() {
        LocalEndpoints.at(PROVIDER.base());
        if (app == null) {
            app = TestApp.create();
            OAuthBrowser.configure(app, "discord", Map.of());
            OAuthBrowser.configure(app, "facebook", Map.of());
        }
        PROVIDER.on("/discord/token", "{\"access_token\":\"a\"}").on("/facebook/token", "{\"access_token\":\"a\"}");
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @Test
    void theSameIdentityIsTheSameUserWhateverItsAddressIs() {
        TestApp.Session first = signIn(subject, email, true);
        TestApp.Session second = signIn(subject, TestApp.address(), true);

        assertThat(id(second)).isEqualTo(id(first));
        app.me(second.access()).then().body("email", equalTo(email));
    }

    @Test
    void anAddressThatBothSidesHaveVerifiedLinksAndThePasswordStaysGood() {
        String user = app.signUp(email);
        verify(email);

        TestApp.Session session = signIn(subject, email, true);

        assertThat(id(session)).isEqualTo(user);
        app.login(email).then().statusCode(200);
        app.me(session.access()).then().body("provider", equalTo("email"));
        as(session)
                .get("/auth/{app}/identities", app.id)
                .then()
                .body("identities", hasSize(1))
                .body("identities[0].provider", equalTo("discord"));
    }

    @Test
    void anAddressThatTheProviderHasNotVerifiedOpensNoAccount() {
        String user = app.signUp(email);
        verify(email);

        TestApp.Session stranger = signIn(subject, email, false);

        assertThat(id(stranger)).isNotEqualTo(user);
        app.me(stranger.access())
                .then()
                .body("email", equalTo(subject + "@users.noreply.discord.local"))
                .body("email_verified", equalTo(false));
        app.login(email).then().statusCode(200);
    }

    /** Somebody signs up with a stranger's address and waits for its owner to come with Google. */
    @Test
    void whoeverPreparedAnAccountWithAnothersAddressIsThrownOut() {
        app.signUp(email);
        TestApp.Session attacker = app.session(email);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);

        TestApp.Session owner = signIn(subject, email, true);

        app.login(email).then().statusCode(401);
        app.refresh(attacker.refresh()).then().statusCode(401);
        as(attacker)
                .contentType("application/json")
                .body(Map.of("provider", "facebook", "redirect_to", OAuthBrowser.PAGE))
                .post("/auth/{app}/identities", app.id)
                .then()
                .statusCode(401);
        app.me(owner.access())
                .then()
                .body("email", equalTo(email))
                .body("email_verified", equalTo(true))
                .body("display_name", equalTo("ada"));
        assertThat(id(signIn(subject, email, true))).isEqualTo(id(owner));
        assertThat(app.query("SELECT count(*) FROM ghee.one_time_codes WHERE user_id = '" + id(owner) + "'"))
                .isEqualTo("0");
    }

    /** The same with an identity: an account at Discord with a stranger's address. */
    @Test
    void anUnprovedIdentityIsThrownOutToo() {
        TestApp.Session attacker = signIn(subject, email, false);

        TestApp.Session owner = signIn(subject + "1", email, true);

        app.me(owner.access()).then().body("email", equalTo(email)).body("email_verified", equalTo(true));
        app.refresh(attacker.refresh()).then().statusCode(401);
        TestApp.Session again = signIn(subject, email, false);
        assertThat(id(again)).isNotEqualTo(id(owner));
    }

    @Test
    void anUnprovedIdentityDoesNotKeepTheMailboxsOwnerOut() {
        TestApp.Session attacker = signIn(subject, email, false);
        app.post("forgot-password", Map.of("email", email)).then().statusCode(200);

        app.post("reset-password", Map.of("token", TestApp.mailedToken(email), "newPassword", TestApp.PASSWORD))
                .then()
                .statusCode(200);

        app.login(email).then().statusCode(200);
        app.refresh(attacker.refresh()).then().statusCode(401);
        assertThat(id(signIn(subject, email, false))).isNotEqualTo(id(app.session(email)));
    }

    @Test
    void aPlaceholderThatSomebodyElseSignedUpWithKeepsNobodyOut() {
        app.signUp(subject + "@users.noreply.discord.local");

        TestApp.Session session = signIn(subject, null, false);

        String address = app.me(session.access()).path("email");
        assertThat(address).endsWith("@users.noreply.discord.local").doesNotStartWith(subject);
    }

    @Test
    void manyFirstSignInsAtOnceMakeOneUser() throws Exception {
        script(subject, email, true);
        Callable<String> once = () -> {
            var browser = new OAuthBrowser(app);
            return id(browser.tokens(browser.signIn("discord")));
        };

        try (var tabs = Executors.newFixedThreadPool(6)) {
            var ids = tabs.invokeAll(Stream.generate(() -> once).limit(6).toList()).stream()
                    .map(done -> done.resultNow())
                    .distinct()
                    .toList();
            assertThat(ids).hasSize(1);
        }
    }

    @Test
    void aSignedInUserLinksAnotherProvider() {
        app.signUp(email);
        TestApp.Session session = app.session(email);

        String linked = link(session, session, "facebook", subject)
                .then()
                .statusCode(200)
                .extract()
                .path("identity.provider");

        assertThat(linked).isEqualTo("facebook");
        assertThat(id(facebook(subject))).isEqualTo(id(session));
        app.login(email).then().statusCode(200);
    }

    @Test
    void anIdentityOfSomebodyElseCannotBeLinked() {
        facebook(subject);
        app.signUp(email);
        TestApp.Session session = app.session(email);

        link(session, session, "facebook", subject)
                .then()
                .statusCode(409)
                .body("error", equalTo("oauth_identity_already_linked"));
    }

    /** Somebody begins a link and has another person finish it, or the other way round. */
    @Test
    void onlyWhoBeganALinkConfirmsIt() {
        app.signUp(email);
        TestApp.Session attacker = app.session(email);
        String other = TestApp.address();
        app.signUp(other);
        TestApp.Session victim = app.session(other);

        link(attacker, victim, "facebook", subject).then().statusCode(400);

        assertThat(app.query("SELECT count(*) FROM ghee.identities WHERE subject = '" + subject + "'"))
                .isEqualTo("0");
    }

    @Test
    void aLinkTicketWorksOnceAndForItsProviderOnly() {
        app.signUp(email);
        TestApp.Session session = app.session(email);
        String url = begin(session, "facebook");

        get(url.replace("/oauth/facebook", "/oauth/discord")).then().statusCode(400);
        get(url).then().statusCode(400);
        get(begin(session, "facebook")).then().statusCode(302);
    }

    @Test
    void theLastWayToSignInStays() {
        TestApp.Session session = signIn(subject, email, true);
        String discord = identity(session, "discord");
        unlink(session, discord).then().statusCode(409);
        link(session, session, "facebook", subject).then().statusCode(200);

        unlink(session, discord).then().statusCode(200).body("deleted", equalTo(true));

        unlink(session, identity(session, "facebook")).then().statusCode(409);
        unlink(session, discord).then().statusCode(404);
        unlink(session, "nonsense").then().statusCode(404);
    }

    @Test
    void nobodyUnlinksForSomebodyElse() {
        TestApp.Session session = signIn(subject, email, true);
        link(session, session, "facebook", subject).then().statusCode(200);
        String other = TestApp.address();
        app.signUp(other);

        unlink(app.session(other), identity(session, "facebook")).then().statusCode(404);
        given().delete("/auth/{app}/identities/{id}", app.id, identity(session, "facebook"))
                .then()
                .statusCode(401);
    }

    @Test
    void administratorsSeeAndUnlinkToo() {
        TestApp.Session session = signIn(subject, email, true);
        link(session, session, "facebook", subject).then().statusCode(200);
        String route = "/v1/" + app.id + "/admin/auth/users/" + id(session) + "/identities";
        String discord = TestApp.owner().get(route).path("identities.find { it.provider == 'discord' }.id");

        TestApp.owner().delete(route + "/" + discord).then().statusCode(200);

        TestApp.owner().get(route).then().body("identities", hasSize(1));
        TestApp.owner()
                .delete(route + "/" + identity(session, "facebook"))
                .then()
                .statusCode(409);
        TestApp.owner().delete(route + "/" + discord).then().statusCode(404);
        as(session).get(route).then().statusCode(403);
    }

    /** Second factors of a prepared account would keep the mailbox's owner out. */
    @Test
    void secondFactorsOfAPreparedAccountGoToo() {
        String prepared = app.signUp(email);
        app.update("INSERT INTO ghee.totp_factors (user_id, secret, confirmed_at) VALUES ('" + prepared
                + "', 'x:y:z', now())");

        TestApp.Session owner = signIn(subject, email, true);

        assertThat(id(owner)).isEqualTo(prepared);
    }

    @Test
    void aDueSecondFactorIsToldToThePage() {
        TestApp.Session session = signIn(subject, email, true);
        app.update("INSERT INTO ghee.totp_factors (user_id, secret, confirmed_at) VALUES ('" + id(session)
                + "', 'x:y:z', now())");
        script(subject, email, true);

        String page = new OAuthBrowser(app).signIn("discord").getHeader("Location");

        assertThat(page).startsWith(OAuthBrowser.PAGE + "?mfa_required=true&challenge_token=");
        assertThat(OAuthBrowser.parameters(page))
                .containsEntry("factors", "totp,recovery_code")
                .containsKey("challenge_expires_in")
                .doesNotContainKeys("access_token", "refresh_token");
    }

    @Test
    void badBodiesAreCallersMistakes() {
        app.signUp(email);
        TestApp.Session session = app.session(email);
        for (String route : new String[] {"identities", "identities/confirm"}) {
            for (String body : new String[] {
                "{}",
                "[]",
                "{\"provider\":[],\"identity_ticket\":{}}",
                "{\"provider\":\"../x\",\"redirect_to\":\"x\",\"identity_ticket\":\"x\"}",
                "{\"provider\":\"" + "x".repeat(5000) + "\",\"identity_ticket\":\"" + "x".repeat(5000) + "\"}",
                "{\"provider\":\"\\ud800\",\"redirect_to\":\"\\ud800\",\"identity_ticket\":\"\\ud800\"}"
            }) {
                int status = as(session)
                        .contentType("application/json")
                        .body(body)
                        .post("/auth/" + app.id + "/" + route)
                        .statusCode();
                assertThat(status).as(route + " " + body).isEqualTo(400);
            }
        }
    }

    private static TestApp.Session signIn(String subject, String email, boolean verified) {
        script(subject, email, verified);
        var browser = new OAuthBrowser(app);
        return browser.tokens(browser.signIn("discord"));
    }

    private static void script(String subject, String email, boolean verified) {
        String address = email == null ? "" : ",\"email\":\"" + email + "\"";
        PROVIDER.on(
                "/discord/me",
                "{\"id\":\"" + subject + "\",\"username\":\"ada\",\"verified\":" + verified + address + "}");
    }

    private static TestApp.Session facebook(String subject) {
        PROVIDER.on("/facebook/me", "{\"id\":\"" + subject + "\",\"name\":\"Ada\"}");
        var browser = new OAuthBrowser(app);
        return browser.tokens(browser.signIn("facebook"));
    }

    /** One session begins, another confirms. */
    private static Response link(TestApp.Session beginner, TestApp.Session confirmer, String provider, String subject) {
        PROVIDER.on("/facebook/me", "{\"id\":\"" + subject + "\",\"name\":\"Ada\"}");
        var browser = new OAuthBrowser(app);
        String ticket = OAuthBrowser.parameters(begin(beginner, provider)).get("link_ticket");
        Map<String, String> asked =
                browser.leave(provider, Map.of("redirect_to", OAuthBrowser.PAGE, "link_ticket", ticket));
        Response end = browser.comeBack(provider, Map.of("code", "c", "state", asked.get("state")));
        Map<String, String> brought = OAuthBrowser.parameters(end.getHeader("Location"));
        assertThat(brought).containsOnlyKeys("identity_ticket");
        return as(confirmer)
                .contentType("application/json")
                .body(Map.of("identity_ticket", brought.get("identity_ticket")))
                .post("/auth/{app}/identities/confirm", app.id);
    }

    private static String begin(TestApp.Session session, String provider) {
        return as(session)
                .contentType("application/json")
                .body(Map.of("provider", provider, "redirect_to", OAuthBrowser.PAGE))
                .post("/auth/{app}/identities", app.id)
                .then()
                .statusCode(200)
                .extract()
                .path("url");
    }

    private static Response get(String url) {
        return given().urlEncodingEnabled(false)
                .header("x-rate-limit-bypass", TestApp.BYPASS)
                .redirects()
                .follow(false)
                .get(url);
    }

    private static Response unlink(TestApp.Session session, String identity) {
        return as(session).delete("/auth/{app}/identities/{id}", app.id, identity);
    }

    private static String identity(TestApp.Session session, String provider) {
        return as(session)
                .get("/auth/{app}/identities", app.id)
                .path("identities.find { it.provider == '" + provider + "' }.id");
    }

    private static RequestSpecification as(TestApp.Session session) {
        return given().auth().oauth2(session.access());
    }

    private static String id(TestApp.Session session) {
        return app.me(session.access()).then().statusCode(200).extract().path("id");
    }

    private static void verify(String email) {
        app.update("UPDATE ghee.users SET email_verified = true WHERE email = '" + email + "'");
    }
}
