package dev.ghee.testkit;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Secrets of one home, made when first asked for and kept with it. Not thread-safe. */
public final class Secrets {
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> byName;

    public Secrets(Map<String, String> recorded) {
        byName = new TreeMap<>(recorded);
    }

    public String postgresAdminPassword() {
        return hex("postgres.admin", 16);
    }

    public String postgresOwnerPassword() {
        return hex("postgres.owner", 16);
    }

    public String postgresAuthenticatorPassword() {
        return hex("postgres.authenticator", 16);
    }

    public String postgresReplicatorPassword() {
        return hex("postgres.replicator", 16);
    }

    public String s3AccessKey() {
        return hex("s3.access-key", 10);
    }

    public String s3SecretKey() {
        return hex("s3.secret-key", 20);
    }

    /** Shared by the services, for their internal endpoints. */
    public String internalSecret() {
        return hex("internal", 32);
    }

    /** Signs the local platform JWTs (HS256). */
    public String localJwtSecret() {
        return hex("local-jwt", 32);
    }

    /** 64 hexadecimal digits: an AES-256 key. */
    public String encryptionKey() {
        return hex("encryption-key", 32);
    }

    /** The platform owner's service key. */
    public String ownerKey() {
        return byName.computeIfAbsent("owner-key", ignored -> "bb_sk_" + randomHex(20));
    }

    /** All of them: one that is made only after the others were kept would be another one in each process. */
    public Map<String, String> asMap() {
        postgresAdminPassword();
        postgresOwnerPassword();
        postgresAuthenticatorPassword();
        postgresReplicatorPassword();
        s3AccessKey();
        s3SecretKey();
        internalSecret();
        localJwtSecret();
        encryptionKey();
        ownerKey();
        return Map.copyOf(byName);
    }

    @Override
    public String toString() {
        return "Secrets" + byName.keySet();
    }

    private String hex(String name, int bytes) {
        return byName.computeIfAbsent(name, ignored -> randomHex(bytes));
    }

    private String randomHex(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }
}
