package dev.ghee.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EndUserTokensTest {
    private static final String APP = "app_000000000000";
    private static final TokenFixture OLD = TokenFixture.of(APP, "old0000000000000");
    private static final TokenFixture NEW = TokenFixture.of(APP, "new0000000000000");

    private final EndUserTokens tokens = new EndUserTokens();

    @Test
    void tokensOfARotatedKeyLiveOnUntilTheKeyIsForgotten() {
        String token = OLD.token();
        AppState rotated = NEW.state(NEW.jwk(), OLD.jwk());

        assertThat(tokens.verify(token, OLD.state(OLD.jwk()))).isEqualTo(tokens.verify(token, rotated));

        assertThatThrownBy(() -> tokens.verify(token, NEW.state(NEW.jwk()))).satisfies(EndUserTokensTest::invalid);
    }

    @Test
    void aKeyWithTheSameIdButOtherNumbersDoesNotVerify() {
        String token = OLD.token();
        tokens.verify(token, OLD.state(OLD.jwk()));
        AppState.PublicKey swapped =
                new AppState.PublicKey(OLD.kid(), "RSA", "RS256", NEW.jwk().n(), "AQAB");

        assertThatThrownBy(() -> tokens.verify(token, OLD.state(swapped))).satisfies(EndUserTokensTest::invalid);
    }

    @Test
    void aTokenThatWasGoodExpires() {
        String token = OLD.token(Instant.now().plusSeconds(2));
        AppState app = OLD.state(OLD.jwk());
        tokens.verify(token, app);

        await().untilAsserted(() -> assertThatThrownBy(() -> tokens.verify(token, app))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUTH_END_USER_JWT_EXPIRED)));
    }

    @Test
    void anExpiredTokenSaysSo() {
        String token = OLD.token(Instant.now().minusSeconds(1));

        assertThatThrownBy(() -> tokens.verify(token, OLD.state(OLD.jwk())))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.AUTH_END_USER_JWT_EXPIRED));
    }

    @Test
    void theClaimsAreHandedOnAsTheyWereSigned() {
        Instant expiry = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 60);

        assertThat(tokens.verify(OLD.token(expiry), OLD.state(OLD.jwk())))
                .isEqualTo(new Caller.EndUser(
                        OLD.state().appId(), "0a8b4f0e-7c5e-4d0a-9b0a-111111111111", OLD.payload(expiry), expiry));
    }

    private static void invalid(Throwable e) {
        assertThat(e)
                .isInstanceOfSatisfying(
                        GheeException.class,
                        known -> assertThat(known.code()).isEqualTo(ErrorCode.AUTH_INVALID_END_USER_JWT));
    }
}
