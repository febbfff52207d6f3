package dev.ghee.tenancy.caller;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.testkit.token.Jws;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An app's key and tokens that it signed. */
record TokenFixture(String app, String kid, KeyPair keys) {
    static final String SECRET = "a secret of at least thirty-two characters";

    static TokenFixture of(String app, String kid) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new TokenFixture(app, kid, generator.generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Authentication on or off, and no control-api to ask. */
    static AuthConfig config(boolean authEnabled) {
        return new Config(authEnabled);
    }

    private record Config(boolean authEnabled) implements AuthConfig {
        @Override
        public String localJwtSecret() {
            return SECRET;
        }

        @Override
        public String internalSecret() {
            return "internal";
        }

        @Override
        public boolean e2e() {
            return false;
        }

        @Override
        public ControlApi controlApi() {
            return new ControlApi() {
                @Override
                public Optional<String> url() {
                    return Optional.empty();
                }

                @Override
                public java.time.Duration timeout() {
                    return java.time.Duration.ofSeconds(1);
                }
            };
        }
    }

    RSAPublicKey publicKey() {
        return (RSAPublicKey) keys.getPublic();
    }

    AppState.PublicKey jwk() {
        return new AppState.PublicKey(kid, "RSA", "RS256", text(publicKey().getModulus()), "AQAB");
    }

    AppState state(AppState.PublicKey... jwks) {
        return new AppState(
                new AppId(app),
                1,
                "shop",
                "shop",
                "owner",
                "org",
                Set.of("owner"),
                "us-east-1",
                AppState.Status.READY,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(jwks),
                false,
                null);
    }

    String header() {
        return "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + kid + "\"}";
    }

    String payload(Instant expiry) {
        return "{\"iss\":\"butterbase:app:" + app
                + "\",\"sub\":\"0a8b4f0e-7c5e-4d0a-9b0a-111111111111\",\"email\":\"a@b.example\"," + "\"app_id\":\""
                + app + "\",\"iat\":1700000000,\"exp\":" + expiry.getEpochSecond() + "}";
    }

    /** Good for an hour. */
    String token() {
        return token(Instant.now().plusSeconds(3600));
    }

    String token(Instant expiry) {
        return Jws.rsa(header(), payload(expiry), keys.getPrivate()).compact();
    }

    private static String text(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }
}
