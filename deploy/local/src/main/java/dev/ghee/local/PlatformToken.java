package dev.ghee.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The local platform JWT of the bootstrap owner: HS256 with the UTF-8 bytes of the home's secret, valid for a day. */
final class PlatformToken {
    private static final Duration LIFETIME = Duration.ofHours(24);
    private static final String OWNER_ID = "00000000-0000-0000-0000-000000000001";
    private static final String OWNER_EMAIL = "owner@localhost";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private PlatformToken() {}

    static String forOwner(String secret, Instant now) {
        Map<String, Object> claims = new TreeMap<>(Map.of(
                "sub",
                OWNER_ID,
                "email",
                OWNER_EMAIL,
                "email_verified",
                true,
                "iat",
                now.getEpochSecond(),
                "exp",
                now.plus(LIFETIME).getEpochSecond()));
        String signed = part(new TreeMap<>(Map.of("alg", "HS256", "typ", "JWT"))) + "." + part(claims);
        return signed + "." + BASE64.encodeToString(hmac(secret, signed));
    }

    private static String part(Map<String, Object> json) {
        try {
            return BASE64.encodeToString(JSON.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
