package dev.ghee.control.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.contracts.Topics;
import dev.ghee.control.testing.Api;
import dev.ghee.control.testing.Mails;
import dev.ghee.control.testing.People;
import dev.ghee.control.testing.People.Enrolled;
import dev.ghee.control.testing.Routes;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@WithTestResource(StackResource.class)
class OrganizationsIT {
    private static final Duration BOUND = Duration.ofSeconds(1);

    private final Api owner = Api.stranger();

    @Test
    void anOrganisationIsMadeNamedAndDeleted() {
        String id = organization(owner);
        owner.request()
                .get("/organizations")
                .then()
                .body("organizations.id", hasItem(id))
                .body("organizations.find { it.personal }.role", equalTo("owner"));
        owner.json(Map.of("name", "Other"))
                .patch("/organizations/{id}", id)
                .then()
                .body("name", equalTo("Other"));
        owner.request().get("/organizations/{id}", id).then().body("name", equalTo("Other"), "role", equalTo("owner"));
        String key = owner.json(Map.of("name", "ci", "organization_id", id))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key");
        new Api(key)
                .request()
                .get("/organizations")
                .then()
                .statusCode(200)
                .body("organizations.id", equalTo(List.of(id)));
        new Api(key)
                .json(Map.of("name", "No"))
                .patch("/organizations/{id}", id)
                .then()
                .statusCode(403);
        owner.request().delete("/organizations/{id}", id).then().statusCode(200);
        owner.request().get("/organizations/{id}", id).then().statusCode(404);
        new Api(key).request().get("/organizations").then().statusCode(401);
    }

    @Test
    void whatIsNotOnesOwnIsNotFound() {
        String id = organization(owner);
        Api stranger = Api.stranger();
        var soft = new SoftAssertions();
        for (Routes.Route route : Routes.all()) {
            if (route.path().startsWith("/organizations/{id}")) {
                Response answer = call(stranger, route.method(), route.path().replace("{id}", id));
                soft.assertThat(answer.statusCode()).as(route.toString()).isIn(400, 404);
            }
        }
        soft.assertAll();
        stranger.json(Map.of("email", "a@example.com", "role", "viewer"))
                .post("/organizations/{id}/invitations", id)
                .then()
                .statusCode(404);
        stranger.json(Map.of("name", "x"))
                .patch("/organizations/{id}", id)
                .then()
                .statusCode(404);
        stranger.json(Map.of("name", Api.uniqueName(), "organization_id", id))
                .post("/init")
                .then()
                .statusCode(403);
    }

    @Test
    void aPersonalOrganisationStays() {
        String id = owner.request().get("/organizations").then().extract().path("organizations[0].id");
        owner.request().delete("/organizations/{id}", id).then().statusCode(409);
        String me = owner.request()
                .get("/organizations/{id}/members", id)
                .then()
                .extract()
                .path("members[0].user_id");
        owner.request()
                .delete("/organizations/{id}/members/{user}", id, me)
                .then()
                .statusCode(409)
                .body("error.code", equalTo("STATE_PREREQUISITE_MISSING"));
    }

    @Test
    void everyRoleMayWhatTheTableSays() {
        String id = organization(owner);
        String app = appIn(id);
        Enrolled admin = People.member(owner, id, "admin");
        Enrolled developer = People.member(owner, id, "developer");
        Enrolled viewer = People.member(owner, id, "viewer");
        var soft = new SoftAssertions();
        for (Routes.Route route : Routes.all()) {
            if (!route.path().startsWith("/v1/{app}")) {
                continue;
            }
            String path = route.path().replace("{app}", app).replaceAll("\\{[^}]*}", "nothing");
            if (route.method().equals("GET")) {
                soft.assertThat(call(viewer.api(), "GET", path).statusCode())
                        .as("viewer " + route)
                        .isNotIn(401, 403);
            } else {
                soft.assertThat(call(viewer.api(), route.method(), path).statusCode())
                        .as("viewer " + route)
                        .isIn(400, 403);
                soft.assertThat(call(developer.api(), route.method(), path).asString())
                        .as("developer " + route)
                        .doesNotContain("Your role");
            }
        }
        check(
                soft,
                "create app",
                "POST",
                "/init",
                403,
                201,
                201,
                viewer,
                developer,
                admin,
                () -> Map.of("name", Api.uniqueName(), "organization_id", id));
        check(
                soft,
                "key of an app",
                "POST",
                "/api-keys",
                403,
                201,
                201,
                viewer,
                developer,
                admin,
                () -> Map.of("name", "k", "key_scope", "app", "target_app_id", app));
        check(
                soft,
                "key of all",
                "POST",
                "/api-keys",
                403,
                403,
                201,
                viewer,
                developer,
                admin,
                () -> Map.of("name", "k", "organization_id", id));
        String org = "/organizations/" + id;
        check(soft, "rename", "PATCH", org, 403, 403, 200, viewer, developer, admin, () -> Map.of("name", "New"));
        check(
                soft,
                "invite",
                "POST",
                org + "/invitations",
                403,
                403,
                201,
                viewer,
                developer,
                admin,
                () -> Map.of("email", People.address(), "role", "viewer"));
        check(
                soft,
                "invite an owner",
                "POST",
                org + "/invitations",
                403,
                403,
                403,
                viewer,
                developer,
                admin,
                () -> Map.of("email", People.address(), "role", "owner"));
        check(soft, "invitations", "GET", org + "/invitations", 403, 403, 200, viewer, developer, admin, Map::of);
        check(soft, "members", "GET", org + "/members", 200, 200, 200, viewer, developer, admin, Map::of);
        check(soft, "delete", "DELETE", org, 403, 403, 403, viewer, developer, admin, Map::of);
        soft.assertAll();
        developer.api().request().delete("/apps/{app}", app).then().statusCode(403);
        viewer.api().request().get("/apps").then().body("apps.id", hasItem(app));
        admin.api().request().delete("/apps/{app}", app).then().statusCode(200);
    }

    @Test
    void aRemovedMemberIsOutAtOnceAndItsKeysWithIt() throws Exception {
        String id = organization(owner);
        String app = appIn(id);
        Enrolled admin = People.member(owner, id, "admin");
        String made = admin.api()
                .json(Map.of("name", Api.uniqueName(), "organization_id", id))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        Api key = new Api(admin.api()
                .json(Map.of("name", "k", "organization_id", id))
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key"));
        admin.api().request().get("/v1/{app}/config", app).then().statusCode(200);
        key.request().get("/v1/{app}/config", app).then().statusCode(200);
        try (var topic = tail(Topics.APPS)) {
            long start = System.nanoTime();
            owner.request()
                    .delete("/organizations/{id}/members/{user}", id, admin.id())
                    .then()
                    .statusCode(200);
            admin.api().request().get("/v1/{app}/config", app).then().statusCode(404);
            admin.api().request().get("/v1/{app}/config", made).then().statusCode(404);
            admin.api().request().get("/apps").then().body("apps.id", not(hasItem(app)));
            key.request().get("/v1/{app}/config", app).then().statusCode(401);
            Duration heard = Duration.ofNanos(awaitState(topic, app, admin.id()) - start);
            assertThat(heard).as("until other services hear of it").isLessThan(BOUND);
        }
    }

    @Test
    void aSmallerRoleEndsTheKeysThatItCouldNotHaveMade() {
        String id = organization(owner);
        String app = appIn(id);
        Enrolled admin = People.member(owner, id, "admin");
        Api all = key(admin, Map.of("name", "all", "organization_id", id));
        Api one = key(admin, Map.of("name", "one", "key_scope", "app", "target_app_id", app));
        role(id, admin, "developer").then().statusCode(200).body("role", equalTo("developer"));
        all.request().get("/apps").then().statusCode(401);
        one.request().get("/v1/{app}/config", app).then().statusCode(200);
        role(id, admin, "viewer").then().statusCode(200);
        one.request().get("/v1/{app}/config", app).then().statusCode(401);
        admin.api().request().get("/v1/{app}/config", app).then().statusCode(200);
    }

    @Test
    void anOrganisationAlwaysHasAnOwner() {
        String id = organization(owner);
        Enrolled second = People.member(owner, id, "owner");
        String first = owner.request()
                .get("/organizations/{id}/members", id)
                .then()
                .body("members.size()", equalTo(2))
                .body("members.email", hasItem(second.email()))
                .extract()
                .path("members[0].user_id");
        owner.request()
                .delete("/organizations/{id}/members/{user}", id, first)
                .then()
                .statusCode(200);
        second.api()
                .request()
                .delete("/organizations/{id}/members/{user}", id, second.id())
                .then()
                .statusCode(409);
        second.api()
                .json(Map.of("role", "admin"))
                .patch("/organizations/{id}/members/{user}", id, second.id())
                .then()
                .statusCode(409);
        owner.request().get("/organizations/{id}", id).then().statusCode(404);
    }

    @Test
    void anInvitationIsForOneAddressAndWorksOnce() {
        String id = organization(owner);
        Enrolled invited = People.enrol();
        Enrolled other = People.enrol();
        String token = People.invite(owner, id, invited.email(), "developer");
        assertThat(Mails.withSubject(invited.email(), "Invitation to Team on Ghee"))
                .contains("developer");
        accept(other, token).then().statusCode(404);
        accept(invited, "x".repeat(43)).then().statusCode(404);
        accept(invited, token).then().statusCode(200).body("role", equalTo("developer"));
        accept(invited, token).then().statusCode(404);
        owner.json(Map.of("email", invited.email(), "role", "viewer"))
                .post("/organizations/{id}/invitations", id)
                .then()
                .statusCode(409);
        String withdrawn = People.invite(owner, id, other.email(), "viewer");
        String invitation = owner.request()
                .get("/organizations/{id}/invitations", id)
                .then()
                .body("invitations.email", equalTo(List.of(other.email())))
                .extract()
                .path("invitations[0].id");
        owner.request()
                .delete("/organizations/{id}/invitations/{invitation}", id, invitation)
                .then()
                .statusCode(200);
        accept(other, withdrawn).then().statusCode(404);
    }

    @Test
    void whoeverIsRemovedLeavesNoInvitationsBehind() {
        String id = organization(owner);
        Enrolled admin = People.member(owner, id, "admin");
        Enrolled friend = People.enrol();
        String token = People.invite(admin.api(), id, friend.email(), "admin");
        owner.request()
                .delete("/organizations/{id}/members/{user}", id, admin.id())
                .then()
                .statusCode(200);
        accept(friend, token).then().statusCode(404);
    }

    @Test
    void appsOfAnotherOrganisationAreNotGivenByTheirName() {
        String id = organization(owner);
        String name = Api.uniqueName();
        owner.json(Map.of("name", name, "organization_id", id))
                .post("/init")
                .then()
                .statusCode(201);
        owner.json(Map.of("name", name, "organization_id", id))
                .post("/init")
                .then()
                .statusCode(200);
        owner.json(Map.of("name", name)).post("/init").then().statusCode(409);
        owner.request()
                .header("X-Organization-Id", id)
                .get("/apps")
                .then()
                .body("apps.organization_id", everyItem(equalTo(id)))
                .body("apps.name", hasItems(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\":\"\"}",
                "{\"name\":\"  \"}",
                "{\"name\":\"a\\nBcc: x@example.com\"}",
                "{\"name\":\"\\ud800\"}",
                "{\"name\":[]}",
                "[]",
                "1e400"
            })
    void aNameThatIsNoneIsRefused(String body) {
        owner.json(body).post("/organizations").then().statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "x", "%F0%9F%92%A9", "00000000-0000-0000-0000-000000000000", "'--"})
    void anIdThatIsNoneIsNotFound(String id) {
        owner.request()
                .urlEncodingEnabled(false)
                .get("/organizations/" + id)
                .then()
                .statusCode(404);
        owner.request()
                .urlEncodingEnabled(false)
                .delete("/organizations/" + organization(owner) + "/members/" + id)
                .then()
                .statusCode(404);
    }

    private String organization(Api who) {
        return who.json(Map.of("name", "Team"))
                .post("/organizations")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
    }

    private String appIn(String organization) {
        String app = owner.json(Map.of("name", Api.uniqueName(), "organization_id", organization))
                .post("/init")
                .then()
                .statusCode(201)
                .extract()
                .path("app_id");
        owner.awaitStatus(app, "ready");
        return app;
    }

    private static Api key(Enrolled who, Map<String, ?> body) {
        return new Api(who.api()
                .json(body)
                .post("/api-keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key"));
    }

    private Response role(String organization, Enrolled who, String role) {
        return owner.json(Map.of("role", role)).patch("/organizations/{id}/members/{user}", organization, who.id());
    }

    private static Response accept(Enrolled who, String token) {
        return who.api().json(Map.of("token", token)).post("/invitations/accept");
    }

    private static void check(
            SoftAssertions soft,
            String what,
            String method,
            String path,
            int asViewer,
            int asDeveloper,
            int asAdmin,
            Enrolled viewer,
            Enrolled developer,
            Enrolled admin,
            java.util.function.Supplier<Map<String, ?>> body) {
        Map<Enrolled, Integer> expected = Map.of(viewer, asViewer, developer, asDeveloper, admin, asAdmin);
        expected.forEach((who, status) -> soft.assertThat(
                        (body.get().isEmpty() ? who.api().request() : who.api().json(body.get()))
                                .request(method, path)
                                .statusCode())
                .as(what + " expecting " + status)
                .isEqualTo(status));
    }

    private static Response call(Api api, String method, String path) {
        String full = path.replaceAll("\\{[^}]*}", UUID.randomUUID().toString());
        return method.equals("GET") || method.equals("DELETE")
                ? api.request().request(method, full)
                : api.json("{}").request(method, full);
    }

    private static KafkaConsumer<String, String> tail(String topic) {
        var kafka = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", Api.config("kafka.bootstrap.servers")),
                new StringDeserializer(),
                new StringDeserializer());
        List<TopicPartition> partitions = kafka.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        kafka.assign(partitions);
        kafka.seekToEnd(partitions);
        partitions.forEach(kafka::position);
        return kafka;
    }

    /** When the app's state without the member came, in nanoseconds. */
    private static long awaitState(KafkaConsumer<String, String> topic, String app, String member) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            for (var record : topic.poll(Duration.ofMillis(50))) {
                if (record.key().equals(app)) {
                    JsonNode state = new ObjectMapper().readTree(record.value());
                    assertThat(state.path("memberRoles").has(member)).isFalse();
                    assertThat(state.path("memberRoles").size()).isPositive();
                    return System.nanoTime();
                }
            }
        }
        throw new AssertionError("No state of " + app);
    }
}
