package dev.ghee.testkit.token;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Attempts to pass for a user, by name. {@link #byOutsiders} needs nothing but a token that was valid and the app's
 * public key; {@link #byTheKeysHolder} are tokens signed with the real key that are wrong in another way, as another
 * component's bug would make them.
 */
public final class ForgedTokens {
    private static final KeyPair ATTACKER = attacker();
    private static final int RSA_BYTES = 256;

    private ForgedTokens() {}

    /**
     * Forgeries of a genuine token.
     *
     * @param genuine a valid RS256 token with {@code kid}
     * @param key the public key that verifies it
     */
    public static Map<String, String> byOutsiders(String genuine, RSAPublicKey key) {
        Map<String, String> forged = new LinkedHashMap<>();
        withoutSignature(forged, genuine);
        withTheWrongAlgorithm(forged, genuine, key);
        withTheWrongKey(forged, genuine);
        withAnotherKeyId(forged, genuine);
        withKeysOfTheirOwn(forged, genuine);
        tamperedWith(forged, genuine, key);
        misshapen(forged, genuine);
        return forged;
    }

    private static void withoutSignature(Map<String, String> forged, String genuine) {
        Jws jws = Jws.parse(genuine);
        for (String none : new String[] {"none", "None", "NONE", "nOnE", "none ", "non\\u0065"}) {
            String header = "{\"alg\":\"" + none + "\",\"typ\":\"JWT\"}";
            String withKid = algorithm(jws, none);
            forged.put("alg " + none, Jws.text(header) + "." + Jws.text(jws.payload()) + ".");
            forged.put("alg " + none + " with kid", Jws.text(withKid) + "." + Jws.text(jws.payload()) + ".");
            forged.put(
                    "alg " + none + " with the real signature",
                    jws.withHeader(withKid).compact());
        }
        forged.put("no signature part", genuine.substring(0, genuine.lastIndexOf('.')));
        forged.put("empty signature", genuine.substring(0, genuine.lastIndexOf('.') + 1));
        forged.put("zero signature", jws.withSignature(new byte[RSA_BYTES]).compact());
        forged.put(
                "zero ECDSA signature",
                jws.withHeader(algorithm(jws, "ES256"))
                        .withSignature(new byte[64])
                        .compact());
        byte[] ones = new byte[RSA_BYTES];
        Arrays.fill(ones, (byte) 0xff);
        forged.put("signature of ones", jws.withSignature(ones).compact());
        byte[] one = new byte[RSA_BYTES];
        one[RSA_BYTES - 1] = 1;
        forged.put("signature that is the number one", jws.withSignature(one).compact());
        forged.put("signature of one byte", jws.withSignature(new byte[1]).compact());
    }

    private static void withTheWrongAlgorithm(Map<String, String> forged, String genuine, RSAPublicKey key) {
        Jws jws = Jws.parse(genuine);
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----";
        Map<String, byte[]> secrets = new LinkedHashMap<>();
        secrets.put("DER", key.getEncoded());
        secrets.put("PEM", pem.getBytes(StandardCharsets.US_ASCII));
        secrets.put("PEM and a newline", (pem + "\n").getBytes(StandardCharsets.US_ASCII));
        secrets.put("modulus", key.getModulus().toByteArray());
        secrets.put("base64 modulus", Jws.base64(unsigned(key.getModulus())).getBytes(StandardCharsets.US_ASCII));
        secrets.put("one zero byte", new byte[1]);
        secrets.forEach((name, secret) -> {
            for (String bits : new String[] {"256", "384", "512"}) {
                forged.put(
                        "HS" + bits + " with the public key as " + name,
                        Jws.hmac(algorithm(jws, "HS" + bits), jws.payload(), "HmacSHA" + bits, secret)
                                .compact());
            }
        });
        for (String other : new String[] {"RS384", "RS512", "PS256", "PS512", "ES256", "EdDSA", "rs256", "HS256", ""}) {
            forged.put(
                    "real signature, header says '" + other + "'",
                    jws.withHeader(algorithm(jws, other)).compact());
        }
        forged.put("no alg", jws.withHeader("{\"typ\":\"JWT\"}").compact());
        forged.put("alg is null", jws.withHeader("{\"alg\":null}").compact());
        forged.put("alg is a list", jws.withHeader("{\"alg\":[\"RS256\"]}").compact());
    }

    private static void withTheWrongKey(Map<String, String> forged, String genuine) {
        Jws jws = Jws.parse(genuine);
        PrivateKey key = ATTACKER.getPrivate();
        forged.put(
                "signed with another key",
                Jws.rsa(jws.header(), jws.payload(), key).compact());
        forged.put(
                "PS256 with another key",
                Jws.rsa(algorithm(jws, "PS256"), jws.payload(), key, "RSASSA-PSS")
                        .compact());
        forged.put(
                "RS512 with another key",
                Jws.rsa(algorithm(jws, "RS512"), jws.payload(), key, "SHA512withRSA")
                        .compact());
    }

    private static void withAnotherKeyId(Map<String, String> forged, String genuine) {
        Jws jws = Jws.parse(genuine);
        PrivateKey key = ATTACKER.getPrivate();
        Map<String, String> kids = new LinkedHashMap<>();
        kids.put("unknown", "\"ABCDEFGHabcdefgh\"");
        kids.put("empty", "\"\"");
        kids.put("null", "null");
        kids.put("a number", "0");
        kids.put("a list", "[\"a\"]");
        kids.put("a path", "\"../../../../../../dev/null\"");
        kids.put("a file", "\"/dev/null\"");
        kids.put("a URL", "\"http://127.0.0.1:1/key\"");
        kids.put("SQL", "\"x' UNION SELECT 'key' --\"");
        kids.put("a NUL", "\"a\\u0000b\"");
        kids.put("long", "\"" + "k".repeat(4_000) + "\"");
        kids.forEach((name, kid) -> forged.put(
                "kid is " + name,
                Jws.rsa("{\"alg\":\"RS256\",\"kid\":" + kid + "}", jws.payload(), key)
                        .compact()));
        forged.put("no kid", Jws.rsa("{\"alg\":\"RS256\"}", jws.payload(), key).compact());
        forged.put(
                "no kid, real signature",
                jws.withHeader("{\"alg\":\"RS256\",\"typ\":\"JWT\"}").compact());
        forged.put(
                "HS256 with an empty file as kid",
                Jws.hmac("{\"alg\":\"HS256\",\"kid\":\"/dev/null\"}", jws.payload(), "HmacSHA256", new byte[1])
                        .compact());
    }

    private static void withKeysOfTheirOwn(Map<String, String> forged, String genuine) {
        Jws jws = Jws.parse(genuine);
        RSAPublicKey mine = (RSAPublicKey) ATTACKER.getPublic();
        String jwk = "{\"kty\":\"RSA\",\"n\":\"" + Jws.base64(unsigned(mine.getModulus())) + "\",\"e\":\"AQAB\"}";
        String certificate = Base64.getEncoder().encodeToString(mine.getEncoded());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("jwk", jwk);
        headers.put("jku", "\"http://127.0.0.1:1/jwks.json\"");
        headers.put("x5u", "\"http://127.0.0.1:1/chain.pem\"");
        headers.put("x5c", "[\"" + certificate + "\"]");
        headers.put("x5t", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAA\"");
        headers.forEach((name, value) -> {
            String injected = with(jws.header(), "\"" + name + "\":" + value);
            forged.put(
                    "injected " + name,
                    Jws.rsa(injected, jws.payload(), ATTACKER.getPrivate()).compact());
            forged.put(
                    "injected " + name + " without kid",
                    Jws.rsa("{\"alg\":\"RS256\",\"" + name + "\":" + value + "}", jws.payload(), ATTACKER.getPrivate())
                            .compact());
        });
    }

    private static void tamperedWith(Map<String, String> forged, String genuine, RSAPublicKey key) {
        Jws jws = Jws.parse(genuine);
        forged.put(
                "another subject",
                jws.withPayload(jws.payload().replace("\"sub\":\"", "\"sub\":\"0"))
                        .compact());
        forged.put(
                "a later expiry",
                jws.withPayload(jws.payload().replaceFirst("\"exp\":\\d+", "\"exp\":99999999999"))
                        .compact());
        forged.put(
                "a second subject",
                jws.withPayload(with(jws.payload(), "\"sub\":\"x\"")).compact());
        forged.put(
                "a role",
                jws.withPayload(with(jws.payload(), "\"role\":\"service\"")).compact());
        forged.put(
                "a second alg",
                jws.withHeader(with(jws.header(), "\"alg\":\"none\"")).compact());
        forged.put(
                "a critical header",
                jws.withHeader(with(jws.header(), "\"crit\":[\"b64\"],\"b64\":false"))
                        .compact());
        forged.put(
                "compressed",
                jws.withHeader(with(jws.header(), "\"zip\":\"DEF\"")).compact());
        byte[] flipped = jws.signature().clone();
        flipped[RSA_BYTES / 2] ^= 1;
        forged.put(
                "one bit of the signature flipped", jws.withSignature(flipped).compact());
        forged.put(
                "signature plus modulus",
                jws.withSignature(unsigned(new BigInteger(1, jws.signature()).add(key.getModulus())))
                        .compact());
        byte[] longer = new byte[RSA_BYTES + 1];
        System.arraycopy(jws.signature(), 0, longer, 1, RSA_BYTES);
        forged.put("signature with a leading zero", jws.withSignature(longer).compact());
    }

    private static void misshapen(Map<String, String> forged, String genuine) {
        int last = genuine.lastIndexOf('.');
        for (int cut : new int[] {1, 2, 40, 341}) {
            forged.put("cut by " + cut, genuine.substring(0, genuine.length() - cut));
        }
        forged.put("beginning missing", genuine.substring(1));
        forged.put("encoded twice", Jws.text(genuine));
        forged.put(
                "parts encoded twice",
                Arrays.stream(genuine.split("\\."))
                        .map(Jws::text)
                        .reduce((a, b) -> a + "." + b)
                        .orElseThrow());
        forged.put(
                "percent-encoded",
                URLEncoder.encode(genuine, StandardCharsets.UTF_8).replace(".", "%2E"));
        forged.put("space in the signature", genuine.substring(0, last + 9) + " " + genuine.substring(last + 9));
        forged.put("tab in the payload", genuine.substring(0, last - 9) + "\t" + genuine.substring(last - 9));
        forged.put("comma in the signature", genuine.substring(0, last + 9) + "," + genuine.substring(last + 9));
        forged.put("padding", genuine + "==");
        forged.put("another spelling of the signature", respelled(genuine));
        forged.put("a fourth part", genuine + ".x");
        forged.put("an empty fourth part", genuine + ".");
        forged.put("five parts", genuine + ".x.y");
        forged.put("in quotes", "\"" + genuine + "\"");
        forged.put("as JSON", "{\"token\":\"" + genuine + "\"}");
        forged.put("twice", genuine + "," + genuine);
        Jws jws = Jws.parse(genuine);
        forged.put("payload is a list", jws.withPayload("[]").compact());
        forged.put("payload is null", jws.withPayload("null").compact());
        forged.put("payload is no JSON", jws.withPayload("sub=me").compact());
        forged.put("header is a list", jws.withHeader("[]").compact());
        forged.put(
                "deeply nested payload",
                jws.withPayload("[".repeat(2_000) + "]".repeat(2_000)).compact());
        forged.put(
                "huge",
                Jws.rsa(
                                jws.header(),
                                with(jws.payload(), "\"x\":\"" + "x".repeat(100_000) + "\""),
                                ATTACKER.getPrivate())
                        .compact());
        forged.put("dots", "..");
        forged.put("letters", "a.b.c");
    }

    /**
     * Tokens that the real key signed and that are still to be refused. Names of those that merely have expired start
     * with {@code expired}.
     *
     * @param header of a valid token, as JSON
     * @param payload of a valid token, as JSON
     */
    public static Map<String, String> byTheKeysHolder(String header, String payload, PrivateKey key) {
        Map<String, String> forged = new LinkedHashMap<>();
        Map<String, String> payloads = new LinkedHashMap<>();
        payloads.put("issuer is another app", another(payload, "butterbase:app:app_"));
        payloads.put("issuer is no app", payload.replaceFirst("butterbase:app:app_[0-9a-z]+", "butterbase:app:x"));
        payloads.put("issuer is a stranger", payload.replaceFirst("butterbase:app:", "https://example.com/"));
        payloads.put("issuer has another case", payload.replaceFirst("butterbase:app:", "Butterbase:app:"));
        payloads.put("no issuer", payload.replaceFirst("\"iss\":", "\"was_iss\":"));
        payloads.put("app_id is another app", another(payload, "\"app_id\":\"app_"));
        payloads.put("for another audience", with(payload, "\"aud\":\"app_999999999999\""));
        payloads.put("for other audiences", with(payload, "\"aud\":[\"a\",\"b\"]"));
        payloads.put("expired", payload.replaceFirst("\"exp\":\\d+", "\"exp\":1700000000"));
        payloads.put("no expiry", payload.replaceFirst("\"exp\":", "\"was_exp\":"));
        payloads.put("expiry is text", payload.replaceFirst("\"exp\":(\\d+)", "\"exp\":\"soon\""));
        payloads.put("expiry is negative", payload.replaceFirst("\"exp\":(\\d+)", "\"exp\":-1"));
        payloads.put("expiry is a list", payload.replaceFirst("\"exp\":(\\d+)", "\"exp\":[$1]"));
        payloads.put("not valid yet", with(payload, "\"nbf\":99999999999"));
        payloads.put("no subject", payload.replaceFirst("\"sub\":", "\"was_sub\":"));
        payloads.put("empty subject", payload.replaceFirst("\"sub\":\"[^\"]*\"", "\"sub\":\"\""));
        payloads.put("subject is a number", payload.replaceFirst("\"sub\":\"[^\"]*\"", "\"sub\":1"));
        payloads.put("two subjects", with(payload, "\"sub\":\"somebody-else\""));
        payloads.put("two issuers", with(payload, "\"iss\":\"butterbase:app:app_999999999999\""));
        payloads.forEach(
                (name, other) -> forged.put(name, Jws.rsa(header, other, key).compact()));
        forged.put(
                "RS384",
                Jws.rsa(algorithm(header, "RS384"), payload, key, "SHA384withRSA")
                        .compact());
        forged.put(
                "RS512",
                Jws.rsa(algorithm(header, "RS512"), payload, key, "SHA512withRSA")
                        .compact());
        forged.put(
                "PS256",
                Jws.rsa(algorithm(header, "PS256"), payload, key, "RSASSA-PSS").compact());
        forged.put(
                "critical extension",
                Jws.rsa(with(header, "\"crit\":[\"exp\"],\"exp\":1"), payload, key)
                        .compact());
        forged.put(
                "unencoded payload",
                Jws.rsa(with(header, "\"crit\":[\"b64\"],\"b64\":false"), payload, key)
                        .compact());
        return forged;
    }

    /** With another character behind the prefix. */
    private static String another(String payload, String prefix) {
        int at = payload.indexOf(prefix) + prefix.length();
        char other = payload.charAt(at) == '9' ? '8' : '9';
        return payload.substring(0, at) + other + payload.substring(at + 1);
    }

    private static String algorithm(Jws jws, String algorithm) {
        return algorithm(jws.header(), algorithm);
    }

    private static String algorithm(String header, String algorithm) {
        return header.replaceFirst("\"alg\":\"RS256\"", "\"alg\":\"" + algorithm.replace("\\", "\\\\") + "\"");
    }

    /** The JSON object with one more field at its end. */
    private static String with(String json, String field) {
        return json.substring(0, json.lastIndexOf('}')) + "," + field + "}";
    }

    /** The last of 342 characters carries two bits; the other four say nothing. */
    private static String respelled(String genuine) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int end = genuine.length() - 1;
        return genuine.substring(0, end) + alphabet.charAt(alphabet.indexOf(genuine.charAt(end)) ^ 1);
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static KeyPair attacker() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
