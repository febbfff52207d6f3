package dev.ghee.functions.webhook;

import dev.ghee.functions.function.Trigger;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Whether a call was signed with the trigger's secret. Compares in constant time. */
final class WebhookSignature {
    private static final int MAX_HEADER = 4096;
    private static final String SHA256 = "sha256=";

    private WebhookSignature() {}

    static boolean isRight(Trigger.Webhook trigger, MultiMap headers, byte[] body, Instant now) {
        return switch (trigger.provider()) {
            case STRIPE -> isStripes(trigger, header(headers, "stripe-signature"), body, now);
            case GITHUB -> isHmac(trigger, header(headers, "x-hub-signature-256"), body, true);
            case CUSTOM -> isHmac(trigger, header(headers, trigger.signatureHeader()), body, false);
        };
    }

    private static @Nullable String header(MultiMap headers, String name) {
        String value = headers.get(name);
        return value == null || value.length() > MAX_HEADER ? null : value.strip();
    }

    private static boolean isHmac(Trigger.Webhook trigger, @Nullable String header, byte[] body, boolean prefixed) {
        if (header == null || prefixed && !header.startsWith(SHA256)) {
            return false;
        }
        String hex = header.startsWith(SHA256) ? header.substring(SHA256.length()) : header;
        return matches(hex, hmac(trigger.secret(), body));
    }

    /** {@code t=<seconds>,v1=<hex>}, the latter more than once while a secret is being replaced. */
    private static boolean isStripes(Trigger.Webhook trigger, @Nullable String header, byte[] body, Instant now) {
        if (header == null) {
            return false;
        }
        String time = "";
        for (String part : header.split(",")) {
            if (part.strip().startsWith("t=")) {
                time = part.strip().substring(2);
            }
        }
        if (!isRecent(time, trigger.tolerance(), now)) {
            return false;
        }
        byte[] expected = hmac(trigger.secret(), (time + ".").getBytes(StandardCharsets.US_ASCII), body);
        boolean right = false;
        for (String part : header.split(",")) {
            right |= part.strip().startsWith("v1=") && matches(part.strip().substring(3), expected);
        }
        return right;
    }

    private static boolean isRecent(String seconds, Duration tolerance, Instant now) {
        if (!seconds.matches("[0-9]{1,12}")) {
            return false;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), now);
        return age.abs().compareTo(tolerance) <= 0;
    }

    private static boolean matches(String hex, byte[] expected) {
        try {
            return MessageDigest.isEqual(expected, HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] hmac(String secret, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HMAC-SHA256", e);
        }
    }
}
