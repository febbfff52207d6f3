package dev.ghee.testkit.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Attempts to pass for a user where tokens are signed on an elliptic curve, by name: what {@link ForgedTokens} is for
 * RSA. They need nothing but a token that was valid and the app's public key.
 */
public final class ForgedCurveTokens {
    private static final int SIGNATURE = 64;
    /** Order of the group that Ed25519 signs in. */
    private static final BigInteger ED25519_ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private ForgedCurveTokens() {}

    /**
     * Forgeries of a genuine token.
     *
     * @param genuine a valid token with {@code kid}, by ES256 or EdDSA
     * @param key the public key that verifies it
     */
    public static Map<String, String> byOutsiders(String genuine, PublicKey key) {
        Map<String, String> forged = new LinkedHashMap<>();
        Jws jws = Jws.parse(genuine);
        Kind kind = key instanceof ECPublicKey ? Kind.ES256 : Kind.EDDSA;
        signatures(forged, jws, kind, key);
        algorithms(forged, jws, kind, key);
        otherKeys(forged, jws, kind);
        tampered(forged, jws, genuine);
        return forged;
    }

    private enum Kind {
        ES256("ES256", "SHA256withECDSAinP1363Format"),
        EDDSA("EdDSA", "Ed25519");

        private final String alg;
        private final String signature;

        Kind(String alg, String signature) {
            this.alg = alg;
            this.signature = signature;
        }

        KeyPair generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(this == ES256 ? "EC" : "Ed25519");
                if (this == ES256) {
                    generator.initialize(new ECGenParameterSpec("secp256r1"));
                }
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void signatures(Map<String, String> forged, Jws jws, Kind kind, PublicKey key) {
        forged.put("zero signature", jws.withSignature(new byte[SIGNATURE]).compact());
        forged.put("empty signature", jws.withSignature(new byte[0]).compact());
        byte[] ones = new byte[SIGNATURE];
        Arrays.fill(ones, (byte) 0xff);
        forged.put("signature of ones", jws.withSignature(ones).compact());
        byte[] one = new byte[SIGNATURE];
        one[SIGNATURE / 2 - 1] = 1;
        one[SIGNATURE - 1] = 1;
        forged.put("both halves are one", jws.withSignature(one).compact());
        byte[] flipped = jws.signature().clone();
        flipped[5] ^= 1;
        forged.put("a bit of the first half flipped", jws.withSignature(flipped).compact());
        byte[] flippedLast = jws.signature().clone();
        flippedLast[SIGNATURE - 9] ^= 1;
        forged.put(
                "a bit of the second half flipped",
                jws.withSignature(flippedLast).compact());
        forged.put(
                "half a signature",
                jws.withSignature(Arrays.copyOf(jws.signature(), SIGNATURE / 2)).compact());
        forged.put(
                "signature with a zero behind",
                jws.withSignature(Arrays.copyOf(jws.signature(), SIGNATURE + 1)).compact());
        byte[] swapped = new byte[SIGNATURE];
        System.arraycopy(jws.signature(), SIGNATURE / 2, swapped, 0, SIGNATURE / 2);
        System.arraycopy(jws.signature(), 0, swapped, SIGNATURE / 2, SIGNATURE / 2);
        forged.put("halves swapped", jws.withSignature(swapped).compact());
        switch (kind) {
            case ES256 -> {
                byte[] order = fixed(((ECPublicKey) key).getParams().getOrder());
                byte[] both = new byte[SIGNATURE];
                System.arraycopy(order, 0, both, 0, order.length);
                System.arraycopy(order, 0, both, order.length, order.length);
                forged.put(
                        "both halves are the group's order",
                        jws.withSignature(both).compact());
                forged.put(
                        "zero signature in DER",
                        jws.withSignature(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0})
                                .compact());
            }
            case EDDSA -> {
                byte[] identity = new byte[SIGNATURE];
                identity[0] = 1;
                forged.put(
                        "the neutral point and zero",
                        jws.withSignature(identity).compact());
                byte[] scalar = Arrays.copyOfRange(jws.signature(), SIGNATURE / 2, SIGNATURE);
                byte[] larger = reversed(fixed(new BigInteger(1, reversed(scalar)).add(ED25519_ORDER)));
                byte[] malleable = jws.signature().clone();
                System.arraycopy(larger, 0, malleable, SIGNATURE / 2, larger.length);
                forged.put(
                        "signature plus the group's order",
                        jws.withSignature(malleable).compact());
            }
        }
    }

    private static void algorithms(Map<String, String> forged, Jws jws, Kind kind, PublicKey key) {
        for (String none : new String[] {"none", "None", "NONE", "none "}) {
            forged.put(
                    "alg " + none,
                    jws.withHeader(header(jws, kind, none))
                            .withSignature(new byte[0])
                            .compact());
            forged.put(
                    "alg " + none + ", real signature",
                    jws.withHeader(header(jws, kind, none)).compact());
        }
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        for (String bits : new String[] {"256", "384", "512"}) {
            String header = header(jws, kind, "HS" + bits);
            forged.put(
                    "HS" + bits + " with the public key as DER",
                    Jws.hmac(header, jws.payload(), "HmacSHA" + bits, key.getEncoded())
                            .compact());
            forged.put(
                    "HS" + bits + " with the public key as PEM",
                    Jws.hmac(header, jws.payload(), "HmacSHA" + bits, pem.getBytes(StandardCharsets.US_ASCII))
                            .compact());
        }
        for (String other : new String[] {
            "RS256", "PS256", "ES384", "ES512", "ES256K", "Ed25519", "Ed448", kind == Kind.ES256 ? "EdDSA" : "ES256", ""
        }) {
            forged.put(
                    "real signature, header says '" + other + "'",
                    jws.withHeader(header(jws, kind, other)).compact());
        }
        forged.put("no alg", jws.withHeader("{\"typ\":\"JWT\"}").compact());
        forged.put("no kid", jws.withHeader("{\"alg\":\"" + kind.alg + "\"}").compact());
    }

    private static void otherKeys(Map<String, String> forged, Jws jws, Kind kind) {
        KeyPair attacker = kind.generate();
        forged.put("another key", signed(jws.header(), jws, kind, attacker));
        forged.put("another key, no kid", signed("{\"alg\":\"" + kind.alg + "\"}", jws, kind, attacker));
        String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
                + Jws.base64(Arrays.copyOfRange(attacker.getPublic().getEncoded(), 12, 44)) + "\"}";
        for (String injected : new String[] {
            "\"jwk\":" + jwk,
            "\"jku\":\"http://127.0.0.1:1/jwks.json\"",
            "\"x5u\":\"http://127.0.0.1:1/chain.pem\"",
            "\"kid\":\"../../../dev/null\"",
            "\"kid\":\"unknown-unknown-\""
        }) {
            String header = jws.header().substring(0, jws.header().lastIndexOf('}')) + "," + injected + "}";
            forged.put("another key and " + injected.substring(0, 16), signed(header, jws, kind, attacker));
        }
    }

    private static void tampered(Map<String, String> forged, Jws jws, String genuine) {
        forged.put(
                "another subject",
                jws.withPayload(jws.payload().replace("\"sub\":\"", "\"sub\":\"0"))
                        .compact());
        forged.put(
                "a higher assurance",
                jws.withPayload(jws.payload().replaceFirst("\\}$", ",\"aal\":\"aal2\"}"))
                        .compact());
        forged.put(
                "a later expiry",
                jws.withPayload(jws.payload().replaceFirst("\"exp\":\\d+", "\"exp\":99999999999"))
                        .compact());
        forged.put("cut by one", genuine.substring(0, genuine.length() - 1));
        forged.put("padding", genuine + "==");
        forged.put("a fourth part", genuine + ".x");
    }

    private static String signed(String header, Jws jws, Kind kind, KeyPair key) {
        return Jws.signed(header, jws.payload(), key.getPrivate(), kind.signature)
                .compact();
    }

    private static String header(Jws jws, Kind kind, String alg) {
        return jws.header().replaceFirst("\"alg\":\"" + kind.alg + "\"", "\"alg\":\"" + alg + "\"");
    }

    /** Big-endian, as long as half a signature. */
    private static byte[] fixed(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[SIGNATURE / 2];
        int length = Math.min(bytes.length, fixed.length);
        System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
        return fixed;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
