package dev.ghee.control.auth.oauth;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/** Apple's client secret: a token that the app's own key signs. Made for each exchange, so it may be short-lived. */
final class AppleClientSecret {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final String AUDIENCE = "https://appleid.apple.com";
    private static final int P256_BITS = 256;

    private AppleClientSecret() {}

    static String of(ProviderSettings settings) {
        PrivateKey key = privateKey(settings)
                .orElseThrow(() -> new IllegalStateException("The stored key was readable when it was stored"));
        long now = System.currentTimeMillis() / 1000;
        return Jwt.claims()
                .issuer(Objects.requireNonNull(settings.metadata("teamId")))
                .subject(settings.clientId())
                .audience(AUDIENCE)
                .issuedAt(now)
                .expiresAt(now + LIFE.toSeconds())
                .jws()
                .algorithm(SignatureAlgorithm.ES256)
                .keyId(Objects.requireNonNull(settings.metadata("keyId")))
                .sign(key);
    }

    /** Empty when it is no P-256 key. */
    static Optional<PrivateKey> privateKey(ProviderSettings settings) {
        String pem = Objects.requireNonNullElse(settings.metadata("privateKey"), "");
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\\\n|\\s", "");
        try {
            PrivateKey key = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
            boolean p256 = key instanceof ECPrivateKey ec
                    && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS;
            return p256 ? Optional.of(key) : Optional.empty();
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
