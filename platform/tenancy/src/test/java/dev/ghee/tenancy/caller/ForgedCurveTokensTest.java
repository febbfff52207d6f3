package dev.ghee.tenancy.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.testkit.token.ForgedCurveTokens;
import dev.ghee.testkit.token.Jws;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reliability case 22, for the algorithms that an app may choose beside RSA. */
class ForgedCurveTokensTest {
    private static final TokenFixture APP = TokenFixture.of("app_victim000000", "victimvictim0000");
    private static final Signer ES256 = signer("EC", "ES256", "SHA256withECDSAinP1363Format");
    private static final Signer EDDSA = signer("Ed25519", "EdDSA", "Ed25519");

    private final EndUserTokens tokens = new EndUserTokens();

    private record Signer(String alg, String signature, KeyPair keys, AppState.PublicKey jwk) {
        String token() {
            String header = "{\"alg\":\"" + alg + "\",\"typ\":\"JWT\",\"kid\":\"" + jwk.kid() + "\"}";
            String payload = APP.payload(Instant.now().plusSeconds(3600));
            return Jws.signed(header, payload, keys.getPrivate(), signature).compact();
        }
    }

    private static Signer signer(String kind, String alg, String signature) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            KeyPair keys = generator.generateKeyPair();
            Map<String, Object> jwk =
                    PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic()).toParams(OutputControlLevel.PUBLIC_ONLY);
            var key = new AppState.PublicKey(
                    "curvecurve" + alg,
                    String.valueOf(jwk.get("kty")),
                    alg,
                    null,
                    null,
                    (String) jwk.get("crv"),
                    (String) jwk.get("x"),
                    (String) jwk.get("y"));
            return new Signer(alg, signature, keys, key);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(ES256, EDDSA)
                .flatMap(signer ->
                        ForgedCurveTokens.byOutsiders(
                                        signer.token(), signer.keys().getPublic())
                                .entrySet()
                                .stream()
                                .map(forged -> Arguments.of(signer.alg() + ": " + forged.getKey(), forged.getValue())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void noForgeryVerifies(String name, String token) {
        AppState app = APP.state(ES256.jwk(), EDDSA.jwk(), APP.jwk());

        assertThatThrownBy(() -> tokens.verify(token, app)).as(name).isInstanceOf(GheeException.class);
    }

    @Test
    void theTokensThatTheyImitateAreGood() {
        AppState app = APP.state(ES256.jwk(), EDDSA.jwk(), APP.jwk());

        assertThat(tokens.verify(ES256.token(), app).app().value()).isEqualTo(APP.app());
        assertThat(tokens.verify(EDDSA.token(), app).app().value()).isEqualTo(APP.app());
        assertThat(tokens.verify(APP.token(), app).app().value()).isEqualTo(APP.app());
    }

    @Test
    void aKeyIsForOneAlgorithmOnly() {
        AppState.PublicKey jwk = ES256.jwk();
        var mislabelled = new AppState.PublicKey(jwk.kid(), "EC", "RS256", null, null, jwk.crv(), jwk.x(), jwk.y());

        assertThatThrownBy(() -> tokens.verify(ES256.token(), APP.state(mislabelled)))
                .isInstanceOf(GheeException.class);
    }
}
