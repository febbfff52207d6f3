package dev.ghee.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.directory.LocalDirectories;
import dev.ghee.testkit.token.ForgedTokens;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reliability case 22. */
class ForgedTokensTest {
    private static final TokenFixture VICTIM = TokenFixture.of("app_victim000000", "victimvictim0000");
    private static final TokenFixture NEIGHBOUR = TokenFixture.of("app_neighbour000", "neighbour0000000");

    private static Vertx vertx;
    private static CallerResolver withAuth;
    private static CallerResolver withoutAuth;
    private static EndUserTokens tokens;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        tokens = new EndUserTokens();
        withAuth = resolver(true);
        withoutAuth = resolver(false);
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static CallerResolver resolver(boolean authEnabled) {
        AuthConfig config = TokenFixture.config(authEnabled);
        return new CallerResolver(
                config,
                LocalDirectories.apps(vertx, config, VICTIM.state(VICTIM.jwk()), NEIGHBOUR.state(NEIGHBOUR.jwk())),
                LocalDirectories.keys(vertx, config),
                tokens,
                new PlatformTokens(config));
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(
                        ForgedTokens.byOutsiders(VICTIM.token(), VICTIM.publicKey()),
                        ForgedTokens.byTheKeysHolder(
                                VICTIM.header(),
                                VICTIM.payload(Instant.now().plusSeconds(3600)),
                                VICTIM.keys().getPrivate()))
                .map(Map::entrySet)
                .flatMap(entries -> entries.stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue())));
    }

    @Test
    void thereAreManyAndEachIsDifferent() {
        assertThat(forgeries().map(forged -> forged.get()[1]))
                .hasSizeGreaterThan(100)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void noForgeryIsACaller(String name, String token) {
        for (CallerResolver resolver : new CallerResolver[] {withAuth, withoutAuth}) {
            assertThatThrownBy(() -> resolve(resolver, token))
                    .isInstanceOfSatisfying(
                            GheeException.class,
                            e -> assertThat(e.httpStatus()).as(name).isEqualTo(401));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void noForgeryVerifiesForTheVictimsApp(String name, String token) {
        assertThatThrownBy(() -> tokens.verify(token, VICTIM.state(VICTIM.jwk())))
                .as(name)
                .isInstanceOf(GheeException.class);
    }

    @Test
    void theTokenThatTheyImitateIsGood() {
        assertThat(resolve(withAuth, VICTIM.token()))
                .isInstanceOfSatisfying(
                        Caller.EndUser.class,
                        user -> assertThat(user.app().value()).isEqualTo(VICTIM.app()));
    }

    @Test
    void anEndUserIsNotPromotedWhileAuthenticationIsOff() {
        assertThat(resolve(withoutAuth, VICTIM.token())).isInstanceOf(Caller.EndUser.class);
    }

    @Test
    void anotherAppsTokenIsOfNoUse() {
        assertThatThrownBy(() -> tokens.verify(NEIGHBOUR.token(), VICTIM.state(VICTIM.jwk())))
                .isInstanceOf(GheeException.class);
    }

    private static Caller resolve(CallerResolver resolver, String token) {
        return resolver.resolve(new Credentials(token, null, null, null))
                .await()
                .atMost(Duration.ofSeconds(5));
    }
}
