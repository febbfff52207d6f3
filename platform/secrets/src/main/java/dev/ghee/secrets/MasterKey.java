package dev.ghee.secrets;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The installation's encryption key, {@code ghee.encryption-key}: 64 hexadecimal digits. Seals secrets that must be
 * read again with AES-256-GCM, as {@code iv:ciphertext:tag} in base64, and gives keys for MACs of secrets that need
 * not be. Losing it loses every sealed secret; there is no default.
 *
 * <p>To replace it, put the new key in its place and the old one into {@code ghee.previous-encryption-keys}, a list:
 * what they sealed still opens, and is sealed with the new key when it is next {@link #isOutdated used}. MACs are of the
 * new key at once, so codes that were mailed before no longer work.
 */
@ApplicationScoped
public class MasterKey {
    private static final int IV_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final Pattern SHAPE = Pattern.compile("[0-9a-fA-F]{64}");

    private final SecretKey key;
    private final List<SecretKey> previous;
    private final SecureRandom random = new SecureRandom();

    @Inject
    MasterKey(
            @ConfigProperty(name = "ghee.encryption-key") String hex,
            @ConfigProperty(name = "ghee.previous-encryption-keys") Optional<List<String>> previous) {
        this.key = parse("ghee.encryption-key", hex);
        this.previous = previous.orElse(List.of()).stream()
                .map(old -> parse("ghee.previous-encryption-keys", old.strip()))
                .toList();
    }

    MasterKey(String hex) {
        this(hex, Optional.empty());
    }

    private static SecretKey parse(String property, String hex) {
        if (!SHAPE.matcher(hex).matches()) {
            throw new IllegalStateException(property + " needs 64 hexadecimal digits");
        }
        return new SecretKeySpec(HexFormat.of().parseHex(hex), "AES");
    }

    /**
     * Encrypts.
     *
     * @param owner what the secret belongs to; opening needs the same text, so a sealed secret that is copied to
     *     another row is of no use there
     */
    public String seal(byte[] secret, String owner) {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, iv, owner).doFinal(secret);
            Base64.Encoder base64 = Base64.getEncoder();
            int end = sealed.length - TAG_BYTES;
            return base64.encodeToString(iv)
                    + ":" + base64.encodeToString(java.util.Arrays.copyOf(sealed, end))
                    + ":" + base64.encodeToString(java.util.Arrays.copyOfRange(sealed, end, sealed.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not work on this runtime", e);
        }
    }

    /**
     * Decrypts. Fails with {@link UnreadableSecretException} when neither this key nor a previous one sealed it, or it
     * was for another owner.
     */
    public byte[] open(String sealed, String owner) {
        try {
            return open(key, sealed, owner);
        } catch (UnreadableSecretException e) {
            for (SecretKey old : previous) {
                if (opens(old, sealed, owner)) {
                    return open(old, sealed, owner);
                }
            }
            throw e;
        }
    }

    /** Whether a previous key sealed this: time to seal it again. */
    public boolean isOutdated(String sealed, String owner) {
        return !opens(key, sealed, owner) && previous.stream().anyMatch(old -> opens(old, sealed, owner));
    }

    private static boolean opens(SecretKey key, String sealed, String owner) {
        try {
            open(key, sealed, owner);
            return true;
        } catch (UnreadableSecretException e) {
            return false;
        }
    }

    private static byte[] open(SecretKey key, String sealed, String owner) {
        String[] parts = sealed.split(":", -1);
        if (parts.length != 3) {
            throw new UnreadableSecretException("not three parts", null);
        }
        try {
            byte[] iv = decode(parts[0]);
            byte[] tag = decode(parts[2]);
            if (iv.length != IV_BYTES || tag.length != TAG_BYTES) {
                throw new UnreadableSecretException("parts of the wrong length", null);
            }
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, iv, owner);
            byte[] start = cipher.update(decode(parts[1]));
            byte[] end = cipher.doFinal(tag);
            return start == null || start.length == 0 ? end : join(start, end);
        } catch (AEADBadTagException e) {
            throw new UnreadableSecretException("sealed with another key or for another owner", e);
        } catch (IllegalArgumentException e) {
            throw new UnreadableSecretException("not base64", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM does not work on this runtime", e);
        }
    }

    /** The decoder forgives set bits behind the last byte; we do not, so that a secret has one spelling only. */
    private static byte[] decode(String part) {
        byte[] bytes = Base64.getDecoder().decode(part);
        if (!Base64.getEncoder().encodeToString(bytes).equals(part)) {
            throw new IllegalArgumentException("Not the canonical base64");
        }
        return bytes;
    }

    /** A key for HMAC-SHA-256 that serves this purpose and no other. */
    public Hmac hmac(String purpose) {
        try {
            HKDFParameterSpec spec = HKDFParameterSpec.ofExtract()
                    .addIKM(key)
                    .thenExpand(("ghee " + purpose).getBytes(StandardCharsets.UTF_8), 32);
            return new Hmac(KDF.getInstance("HKDF-SHA256").deriveKey("HmacSHA256", spec));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HKDF-SHA256 does not work on this runtime", e);
        }
    }

    /** HMAC-SHA-256 with a derived key. */
    public static final class Hmac {
        private final SecretKey key;

        private Hmac(SecretKey key) {
            this.key = key;
        }

        /** The MAC of these parts; no other sequence of parts has the same. */
        public byte[] of(byte[]... parts) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(key);
                for (byte[] part : parts) {
                    mac.update(java.nio.ByteBuffer.allocate(Integer.BYTES)
                            .putInt(part.length)
                            .flip());
                    mac.update(part);
                }
                return mac.doFinal();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("HMAC-SHA-256 does not work on this runtime", e);
            }
        }

        /** The same of texts. */
        public byte[] of(String... parts) {
            byte[][] bytes = new byte[parts.length][];
            for (int i = 0; i < parts.length; i++) {
                bytes[i] = parts[i].getBytes(StandardCharsets.UTF_8);
            }
            return of(bytes);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] iv, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, iv));
        cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] join(byte[] start, byte[] end) {
        byte[] all = java.util.Arrays.copyOf(start, start.length + end.length);
        System.arraycopy(end, 0, all, start.length, end.length);
        return all;
    }

    @Override
    public String toString() {
        return "MasterKey[…]";
    }
}
