package dev.ghee.control.domain;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;

import dev.ghee.control.auth.store.ControlSql;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.vertx.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(StackResource.class)
class CustomDomainsIT {
    private static final String DOMAINS = "/v1/{app}/custom-domains";

    private final Api owner = Api.owner();
    private final String hostname = "www-" + UUID.randomUUID() + ".example.com";

    @Inject
    ScriptedRecords internet;

    @Inject
    CustomDomains domains;

    @Inject
    ControlSql sql;

    private ValidatableResponse claim(String app, String method) {
        return owner.json(Map.of("hostname", hostname, "validation_method", method))
                .post(DOMAINS, app)
                .then();
    }

    private String claimed(String app, String method) {
        return claim(app, method).statusCode(201).extract().path("domain.id");
    }

    private ValidatableResponse verify(String app, String id) {
        // As if the last check were long ago.
        sql.update("UPDATE custom_domain SET checked_at = NULL WHERE id = $1", Tuple.of(UUID.fromString(id)));
        return owner.request().post(DOMAINS + "/{id}/verify", app, id).then().statusCode(200);
    }

    private ValidatableResponse status(String app, String id) {
        return owner.request().get(DOMAINS + "/{id}/status", app, id).then().statusCode(200);
    }

    private void publishText(String app, String id) {
        internet.texts.put("_ghee-domain." + hostname, status(app, id).extract().path("verification.value"));
    }

    private ValidatableResponse atTheName() {
        return owner.request()
                .header("X-Forwarded-Host", hostname.toUpperCase(java.util.Locale.ROOT) + ":443")
                .get("/schema")
                .then();
    }

    private String activeByText(String app) {
        String id = claimed(app, "txt");
        publishText(app, id);
        verify(app, id).body("domain.status", equalTo("active"));
        return id;
    }

    @Test
    void aNameIsClaimedProvedByTxtServedAndGivenBack() {
        String name = Api.uniqueName();
        String app = owner.readyApp(name);
        String id = claim(app, "txt")
                .statusCode(201)
                .body("domain.hostname", equalTo(hostname), "domain.status", equalTo("pending"))
                .body("domain.app_id", equalTo(app), "domain.is_primary", equalTo(false))
                .body("cname_target", equalTo(name + ".localhost"), "validation_method", equalTo("txt"))
                .body("ownership_verification.name", equalTo("_ghee-domain." + hostname))
                .body("verification_records[0].txt_value", matchesPattern("ghee-domain=[0-9a-f]{32}"))
                .body("verification_records[0].http_url", nullValue())
                .extract()
                .path("domain.id");
        atTheName().statusCode(404).body("error", equalTo("No app is served at this address"));
        verify(app, id).body("domain.status", equalTo("pending")).body("verification.errors", hasSize(1));
        atTheName().statusCode(404);

        publishText(app, id);
        verify(app, id).body("domain.status", equalTo("active")).body("verification.errors", empty());
        atTheName().statusCode(200);
        owner.request()
                .get(DOMAINS, app)
                .then()
                .statusCode(200)
                .body("domains.hostname", contains(hostname), "domains.is_primary", contains(true))
                .body("cname_target", equalTo(name + ".localhost"));
        given().header("Origin", "https://" + hostname)
                .get("/v1/{app}/config", app)
                .then()
                .header("Access-Control-Allow-Origin", "https://" + hostname);

        owner.request()
                .delete(DOMAINS + "/{id}", app, id)
                .then()
                .statusCode(200)
                .body("deleted", equalTo(true));
        atTheName().statusCode(404);
        owner.request().get(DOMAINS + "/{id}/status", app, id).then().statusCode(404);
    }

    @Test
    void anAliasOfTheAppsOwnHostOrAFileProvesAName() {
        String name = Api.uniqueName();
        String app = owner.readyApp(name);
        String id = claimed(app, "http");
        internet.aliases.put(hostname, "another-app.localhost.");
        verify(app, id).body("domain.status", equalTo("pending"));
        internet.aliases.put(hostname, name + ".LOCALHOST.");
        verify(app, id).body("domain.status", equalTo("active"));
        owner.request().delete(DOMAINS + "/{id}", app, id).then().statusCode(200);
        internet.aliases.remove(hostname);

        String again = claimed(app, "http");
        String token = status(app, again).extract().path("verification.value");
        String url = "http://" + hostname + "/.well-known/ghee-domain/" + again;
        internet.pages.put(url, "<html>" + token + "</html>");
        verify(app, again).body("domain.status", equalTo("pending"));
        internet.pages.put(url, token + "\n");
        verify(app, again).body("domain.status", equalTo("active"));
    }

    @Test
    void onceItLeadsHereANameShowsItsOwnProofButNobodyElses() {
        String app = owner.readyApp();
        String id = claimed(app, "http");
        String token = status(app, id).extract().path("verification.value");
        String path = "/.well-known/ghee-domain/" + id;
        String site = "http://" + hostname + path;
        given().header("X-Forwarded-Host", hostname).get(path).then().statusCode(404);
        internet.pages.put(site, token);
        verify(app, id).body("domain.status", equalTo("active"));
        given().header("X-Forwarded-Host", hostname)
                .get(path)
                .then()
                .statusCode(200)
                .body(equalTo(token));
        given().header("X-Forwarded-Host", hostname)
                .get("/.well-known/ghee-domain/" + UUID.randomUUID())
                .then()
                .statusCode(404);
    }

    @Test
    void aNameHasOneHolderAndWhoeverProvesItByDnsIsTheHolder() {
        String squatter = owner.readyApp();
        String rightful = owner.readyApp();
        String old = activeByText(squatter);

        claim(rightful, "http").statusCode(409).body("error.code", equalTo("RESOURCE_ALREADY_EXISTS"));
        String id = claimed(rightful, "txt");
        verify(rightful, id).body("domain.status", equalTo("pending"));
        status(squatter, old).body("domain.status", equalTo("active"));

        publishText(rightful, id);
        verify(rightful, id).body("domain.status", equalTo("active"));
        status(squatter, old).body("domain.status", equalTo("failed")).body("verification.errors", hasSize(1));
        verify(squatter, old).body("domain.status", equalTo("failed"));
        given().header("X-Forwarded-Host", hostname)
                .get("/.well-known/ghee-domain/" + id)
                .then()
                .statusCode(200);
    }

    @Test
    void aClaimThatIsNotProvedKeepsNobodyElseOut() {
        String waiting = claimed(owner.readyApp(), "http");
        String app = owner.readyApp();
        activeByText(app);
        sql.update(
                "UPDATE custom_domain SET created_at = now() - interval '8 days', next_check_at = now() WHERE id = $1",
                Tuple.of(UUID.fromString(waiting)));
        domains.checkDue(100);
        atTheName().statusCode(200);
    }

    @Test
    void aNameIsLostWhenItsProofHasBeenGoneForLong() {
        String app = owner.readyApp();
        String id = activeByText(app);
        internet.texts.clear();
        due(id, "failing_since = NULL");
        status(app, id).body("domain.status", equalTo("active")).body("verification.errors", hasSize(1));
        atTheName().statusCode(200);
        due(id, "failing_since = now() - interval '8 days'");
        status(app, id).body("domain.status", equalTo("failed"));
        atTheName().statusCode(404);
        claimed(owner.readyApp(), "http");
    }

    private void due(String id, String change) {
        sql.update(
                "UPDATE custom_domain SET next_check_at = now() - interval '1 year', " + change + " WHERE id = $1",
                Tuple.of(UUID.fromString(id)));
        domains.checkDue(100);
    }

    @Test
    void aNameThatNobodyCanOwnIsRefused() {
        String app = owner.readyApp();
        for (String name : java.util.List.of("shop.localhost", "127.0.0.1", "co.uk", "a b.com", "db.internal")) {
            owner.json(Map.of("hostname", name))
                    .post(DOMAINS, app)
                    .then()
                    .statusCode(400)
                    .body("error.code", equalTo("DOMAIN_HOSTNAME_REFUSED"));
        }
    }

    @Test
    void aBodyThatMakesNoSenseIsRefused() {
        String app = owner.readyApp();
        var none = new HashMap<String, Object>();
        none.put("hostname", null);
        for (Object body : java.util.List.of(
                Map.of(),
                none,
                Map.of("hostname", ""),
                Map.of("hostname", "a".repeat(400)),
                Map.of("hostname", Map.of("a", 1)),
                Map.of("hostname", hostname, "validation_method", "mail"))) {
            owner.json(body).post(DOMAINS, app).then().statusCode(400);
        }
        owner.request().get(DOMAINS + "/{id}/status", app, "x'--").then().statusCode(404);
    }

    @Test
    void onlyThoseWhoAdministerTheAppSeeItsNames() {
        String app = owner.readyApp();
        String id = claimed(app, "txt");
        given().get(DOMAINS, app).then().statusCode(401);
        Api stranger = Api.stranger();
        stranger.request().get(DOMAINS, app).then().statusCode(404);
        stranger.request().post(DOMAINS + "/{id}/verify", app, id).then().statusCode(404);
        stranger.request().delete(DOMAINS + "/{id}", app, id).then().statusCode(404);
        owner.request()
                .get(DOMAINS + "/{id}/status", owner.readyApp(), id)
                .then()
                .statusCode(404);
    }

    @Test
    void anAppHasSoManyNamesAndNoneTwice() {
        String app = owner.readyApp();
        claimed(app, "txt");
        claim(app, "http").statusCode(409).body("error.code", equalTo("RESOURCE_ALREADY_EXISTS"));
        for (int i = 1; i < 20; i++) {
            owner.json(Map.of("hostname", i + "." + hostname))
                    .post(DOMAINS, app)
                    .then()
                    .statusCode(201);
        }
        owner.json(Map.of("hostname", "more." + hostname))
                .post(DOMAINS, app)
                .then()
                .statusCode(403)
                .body("error.code", equalTo("DOMAIN_LIMIT"));
    }
}
