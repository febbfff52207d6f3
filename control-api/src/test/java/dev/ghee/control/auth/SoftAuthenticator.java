package dev.ghee.control.auth;

import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import io.restassured.path.json.JsonPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A device that makes passkeys, as right or as wrong as a test wants. */
final class SoftAuthenticator {
    static final int USER_PRESENT = 1;
    static final int USER_VERIFIED = 4;
    private static final int HAS_KEY = 0x40;

    private final KeyPair key;
    private final byte[] credentialId = new byte[32];
    private String userHandle = "";

    /** The page that the browser says it is. */
    String origin = "http://localhost:3000";

    int flags = USER_PRESENT | USER_VERIFIED;
    long count;

    SoftAuthenticator() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            this.key = generator.generateKeyPair();
            new SecureRandom().nextBytes(credentialId);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers {@code register/options}. */
    Map<String, Object> create(JsonPath options) {
        userHandle = options.getString("user.id");
        byte[] data = authenticatorData(options.getString("rp.id"), HAS_KEY, attestedKey());
        byte[] attestation = cbor(gen -> {
            gen.writeStartObject(3);
            gen.writeStringField("fmt", "none");
            gen.writeFieldName("attStmt");
            gen.writeStartObject(0);
            gen.writeEndObject();
            gen.writeFieldName("authData");
            gen.writeBinary(data);
            gen.writeEndObject();
        });
        String client = clientData("webauthn.create", options.getString("challenge"));
        return credential(Map.of(
                "clientDataJSON",
                base64(client.getBytes(StandardCharsets.UTF_8)),
                "attestationObject",
                base64(attestation),
                "transports",
                List.of("internal")));
    }

    /** Answers {@code authenticate/options}. */
    Map<String, Object> get(JsonPath options) {
        byte[] data = authenticatorData(options.getString("rpId"), 0, new byte[0]);
        byte[] client =
                clientData("webauthn.get", options.getString("challenge")).getBytes(StandardCharsets.UTF_8);
        return credential(Map.of(
                "clientDataJSON",
                base64(client),
                "authenticatorData",
                base64(data),
                "signature",
                base64(sign(data, client)),
                "userHandle",
                userHandle));
    }

    private Map<String, Object> credential(Map<String, Object> response) {
        return new HashMap<>(Map.of(
                "id",
                base64(credentialId),
                "rawId",
                base64(credentialId),
                "type",
                "public-key",
                "authenticatorAttachment",
                "platform",
                "clientExtensionResults",
                Map.of(),
                "response",
                new HashMap<>(response)));
    }

    private String clientData(String type, String challenge) {
        return "{\"type\":\"" + type + "\",\"challenge\":\"" + challenge + "\",\"origin\":\"" + origin
                + "\",\"crossOrigin\":false}";
    }

    private byte[] authenticatorData(String rpId, int moreFlags, byte[] attested) {
        return ByteBuffer.allocate(37 + attested.length)
                .put(sha256(rpId.getBytes(StandardCharsets.UTF_8)))
                .put((byte) (flags | moreFlags))
                .putInt((int) count)
                .put(attested)
                .array();
    }

    private byte[] attestedKey() {
        var point = ((ECPublicKey) key.getPublic()).getW();
        byte[] cose = cbor(gen -> {
            gen.writeStartObject(5);
            gen.writeFieldId(1);
            gen.writeNumber(2);
            gen.writeFieldId(3);
            gen.writeNumber(-7);
            gen.writeFieldId(-1);
            gen.writeNumber(1);
            gen.writeFieldId(-2);
            gen.writeBinary(fixed(point.getAffineX().toByteArray()));
            gen.writeFieldId(-3);
            gen.writeBinary(fixed(point.getAffineY().toByteArray()));
            gen.writeEndObject();
        });
        return ByteBuffer.allocate(16 + 2 + credentialId.length + cose.length)
                .put(new byte[16])
                .putShort((short) credentialId.length)
                .put(credentialId)
                .put(cose)
                .array();
    }

    private byte[] sign(byte[] data, byte[] client) {
        try {
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(key.getPrivate());
            signer.update(data);
            signer.update(sha256(client));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Writing {
        void to(CBORGenerator generator) throws IOException;
    }

    private static byte[] cbor(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try (CBORGenerator generator = new CBORFactory().createGenerator(bytes)) {
            writing.to(generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] fixed(byte[] number) {
        byte[] fixed = new byte[32];
        byte[] plain = number.length > 32 ? Arrays.copyOfRange(number, number.length - 32, number.length) : number;
        System.arraycopy(plain, 0, fixed, 32 - plain.length, plain.length);
        return fixed;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
