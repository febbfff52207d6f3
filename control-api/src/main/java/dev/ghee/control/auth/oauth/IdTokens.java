package dev.ghee.control.auth.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * Verifies what a provider's id_token says. Source: OpenID Connect Core 1.0, section 3.1.3.7. Only signatures with
 * public keys count: a client secret, which is text that people copy about, signs nothing here.
 */
@ApplicationScoped
class IdTokens {
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            "RS256",
            "RS384",
            "RS512",
            "PS256",
            "PS384",
            "PS512",
            "ES256",
            "ES384",
            "ES512",
            "EdDSA");
    private static final int CLOCK_SKEW_SECONDS = 60;
    private static final int MAX_LENGTH = 16_384;
    private static final String TENANT = "{tenantid}";
    private static final Pattern TENANT_ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final ProviderKeys keys;
    private final ObjectMapper json;

    IdTokens(ProviderKeys keys, ObjectMapper json) {
        this.keys = keys;
        this.json = json;
    }

    /** What has to be true of a token. */
    record Expected(String issuer, URI keys, String clientId, String nonce, boolean nonceRequired) {}

    /** The claims. Fails with {@link ProviderRefusal}. */
    JsonNode verify(String token, Expected expected) {
        if (token.length() > MAX_LENGTH) {
            throw ProviderRefusal.because("id_token is too long");
        }
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setVerificationKeyResolver((jws, _) -> key(jws, expected))
                .setExpectedAudience(true, expected.clientId())
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setRequireSubject()
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .build();
        JsonNode claims;
        try {
            claims = json.readTree(consumer.processToClaims(token).getRawJson());
        } catch (InvalidJwtException | JsonProcessingException e) {
            throw e.getCause() instanceof ProviderRefusal known ? known : ProviderRefusal.because(reason(e));
        }
        checkIssuer(claims, expected.issuer());
        checkParty(claims, expected.clientId());
        checkNonce(claims, expected);
        return claims;
    }

    private Key key(JsonWebSignature jws, Expected expected) {
        try {
            // Before anything is fetched for it.
            ALGORITHMS.checkConstraint(jws.getAlgorithmHeaderValue());
        } catch (JoseException e) {
            throw ProviderRefusal.because("id_token is signed with an algorithm that is not accepted");
        }
        return keys.find(expected.keys(), jws);
    }

    private static void checkIssuer(JsonNode claims, String expected) {
        String tenant = claims.path("tid").asText();
        String issuer = expected.contains(TENANT) && TENANT_ID.matcher(tenant).matches()
                ? expected.replace(TENANT, tenant)
                : expected;
        if (!issuer.equals(claims.path("iss").textValue())) {
            throw ProviderRefusal.because("id_token is of another issuer");
        }
    }

    private static void checkParty(JsonNode claims, String clientId) {
        JsonNode party = claims.path("azp");
        boolean several = claims.path("aud").isArray() && claims.path("aud").size() > 1;
        if (party.isMissingNode() ? several : !clientId.equals(party.textValue())) {
            throw ProviderRefusal.because("id_token was made for another client");
        }
    }

    private static void checkNonce(JsonNode claims, Expected expected) {
        JsonNode nonce = claims.path("nonce");
        boolean absent = nonce.isMissingNode() && !expected.nonceRequired();
        if (!absent
                && !MessageDigest.isEqual(
                        nonce.asText().getBytes(StandardCharsets.UTF_8),
                        expected.nonce().getBytes(StandardCharsets.UTF_8))) {
            throw ProviderRefusal.because("id_token has another nonce");
        }
    }

    /** In our words: those of the library quote the token. */
    private static String reason(Exception e) {
        if (!(e instanceof InvalidJwtException invalid)) {
            return "id_token is unreadable";
        }
        if (invalid.hasExpired()) {
            return "id_token has expired";
        }
        return invalid.getErrorDetails().stream()
                .findFirst()
                .map(error -> switch (error.getErrorCode()) {
                    case ErrorCodes.AUDIENCE_INVALID, ErrorCodes.AUDIENCE_MISSING ->
                        "id_token was made for another client";
                    case ErrorCodes.SIGNATURE_INVALID, ErrorCodes.SIGNATURE_MISSING ->
                        "id_token has no valid signature";
                    default -> "id_token is not valid (" + error.getErrorCode() + ")";
                })
                .orElse("id_token is not valid");
    }
}
