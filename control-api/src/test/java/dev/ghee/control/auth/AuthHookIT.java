package dev.ghee.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AuthEvent;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.control.auth.oauth.LocalEndpoints;
import dev.ghee.control.testing.Api;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** An app's function hears of sign-ups and sign-ins, if the app has named one. */
@QuarkusTest
@WithTestResource(StackResource.class)
class AuthHookIT {
    @Test
    void everyWayInIsTold() {
        TestApp app = TestApp.create();
        String email = TestApp.address();
        app.signUp(email);
        app.session(email);
        hook(app, "welcome");
        String second = TestApp.address();
        app.signUp(second);
        app.session(second);
        try (ScriptedProvider provider = ScriptedProvider.start()) {
            LocalEndpoints.at(provider.base());
            OAuthBrowser.configure(app, "facebook", Map.of());
            provider.on("/facebook/token", "{\"access_token\":\"a\"}")
                    .on("/facebook/me", "{\"id\":\"" + UUID.randomUUID() + "\",\"name\":\"Ada\"}");
            OAuthBrowser browser = new OAuthBrowser(app);
            browser.tokens(browser.signIn("facebook"));
            browser.tokens(browser.signIn("facebook"));
        }

        List<AuthEvent> events =
                await().atMost(Duration.ofSeconds(20)).until(() -> events(app), found -> found.size() >= 4);

        assertThat(events).extracting(AuthEvent::function).containsOnly("welcome");
        assertThat(events)
                .extracting(event -> event.payload().event() + " "
                        + event.payload().provider() + " " + event.payload().isNewUser())
                .containsExactlyInAnyOrder(
                        "signup email true",
                        "login email false",
                        "oauth_login facebook true",
                        "oauth_login facebook false");
        assertThat(events)
                .extracting(event -> event.payload().user().email())
                .contains(second)
                .doesNotContain(email);
    }

    @Test
    void withoutAFunctionNothingIsTold() {
        TestApp app = TestApp.create();
        String email = TestApp.address();
        hook(app, "welcome");
        hook(app, null);
        app.signUp(email);
        TestApp other = TestApp.create();
        hook(other, "welcome");
        other.signUp(email);

        await().atMost(Duration.ofSeconds(20)).until(() -> !events(other).isEmpty());
        assertThat(events(app)).isEmpty();
    }

    private static void hook(TestApp app, String function) {
        TestApp.owner()
                .contentType("application/json")
                .body("{\"post_auth_function\":" + (function == null ? "null" : "\"" + function + "\"") + "}")
                .patch("/v1/{app}/config/auth-hooks", app.id)
                .then()
                .statusCode(200);
    }

    private static List<AuthEvent> events(TestApp app) {
        Map<String, Object> settings = Map.of("bootstrap.servers", Api.config("kafka.bootstrap.servers"));
        try (var kafka = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = kafka.partitionsFor(Topics.FUNCTIONS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            kafka.assign(partitions);
            kafka.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = kafka.endOffsets(partitions);
            List<AuthEvent> events = new ArrayList<>();
            while (partitions.stream().anyMatch(each -> kafka.position(each) < ends.getOrDefault(each, 0L))) {
                kafka.poll(Duration.ofMillis(200)).forEach(record -> events.add(read(record.value())));
            }
            return events.stream()
                    .filter(event -> event.appId().value().equals(app.id))
                    .toList();
        }
    }

    private static AuthEvent read(byte[] json) {
        try {
            return Contracts.read(json, AuthEvent.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
