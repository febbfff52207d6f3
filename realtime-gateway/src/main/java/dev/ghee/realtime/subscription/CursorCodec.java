package dev.ghee.realtime.subscription;

import dev.ghee.contracts.AppId;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.tenancy.caller.AuthConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Cursors as clients hold them: opaque, URL-safe, 50 characters. A truncated HMAC binds each to its app, so that no
 * client can make one up or use another app's to learn where that one stands. Every process with the same
 * {@code ghee.internal-secret} reads the cursors of the others.
 */
@ApplicationScoped
public class CursorCodec {
    private static final byte VERSION = 1;
    private static final int MAC_BYTES = 8;
    private static final int BODY_BYTES = 1 + Long.BYTES + Long.BYTES + Integer.BYTES + Long.BYTES;
    private static final int BYTES = BODY_BYTES + MAC_BYTES;
    private static final int TEXT_LENGTH = (BYTES * 8 + 5) / 6;
    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] LABEL = "ghee realtime cursor 1".getBytes(StandardCharsets.US_ASCII);

    private final SecretKey key;

    @Inject
    CursorCodec(AuthConfig config) {
        this(config.internalSecret());
    }

    CursorCodec(String secret) {
        this.key = derive(secret);
    }

    private static SecretKey derive(String secret) {
        try {
            var parameters = HKDFParameterSpec.ofExtract()
                    .addIKM(secret.getBytes(StandardCharsets.UTF_8))
                    .thenExpand(LABEL, 32);
            return KDF.getInstance("HKDF-SHA256").deriveKey(ALGORITHM, parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime of ours has HKDF", e);
        }
    }

    /** What writes the cursors of one app. For one thread: it keeps its MAC, as a cursor is written per change. */
    public Writer writer(AppId app) {
        return new Writer(mac(app));
    }

    /** The place that the text names; empty when this installation did not write it for this app. */
    public Optional<Cursor> decode(AppId app, String text) {
        if (text.length() != TEXT_LENGTH) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(bytes, BODY_BYTES);
        byte[] expected = Arrays.copyOf(mac(app).sign(body), MAC_BYTES);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(bytes, BODY_BYTES, BYTES))) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        if (in.get() != VERSION) {
            return Optional.empty();
        }
        return Optional.of(new Cursor(in.getLong(), new Lsn(in.getLong()), in.getInt(), in.getLong()));
    }

    private AppMac mac(AppId app) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return new AppMac(mac, app.value().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has HMAC-SHA-256", e);
        }
    }

    /** The app comes after the body, whose length never varies, so no two pairs give the same bytes. */
    private record AppMac(Mac mac, byte[] app) {
        byte[] sign(byte[] body) {
            mac.update(body);
            return mac.doFinal(app);
        }
    }

    /** Writes the cursors of one app. For one thread. */
    public static final class Writer {
        private final AppMac mac;

        private Writer(AppMac mac) {
            this.mac = mac;
        }

        public String write(Cursor cursor) {
            byte[] body = new byte[BODY_BYTES];
            ByteBuffer.wrap(body)
                    .put(VERSION)
                    .putLong(cursor.epoch())
                    .putLong(cursor.commitLsn().offset())
                    .putInt(cursor.sequence())
                    .putLong(cursor.offset());
            byte[] bytes = Arrays.copyOf(body, BYTES);
            System.arraycopy(mac.sign(body), 0, bytes, BODY_BYTES, MAC_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }
}
