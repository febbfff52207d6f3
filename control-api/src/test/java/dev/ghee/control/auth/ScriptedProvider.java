package dev.ghee.control.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ghee.control.auth.oauth.LocalEndpoints;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** Plays every provider, as each test tells it to; on loopback. */
final class ScriptedProvider implements AutoCloseable {
    static final String KID = "scripted-1";

    private final HttpServer server;
    private final Map<String, Function<Call, Reply>> script = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    final KeyPair keys = rsa();

    /** A request that came in. {@code form} holds the query of a GET. */
    record Call(String method, String path, Map<String, String> form, String authorization) {}

    record Reply(int status, String json) {
        static Reply ok(String json) {
            return new Reply(200, json);
        }
    }

    private ScriptedProvider(HttpServer server) {
        this.server = server;
    }

    static ScriptedProvider start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var provider = new ScriptedProvider(server);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", provider::serve);
            server.start();
            LocalEndpoints.at(provider.base());
            return provider;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    ScriptedProvider on(String path, Function<Call, Reply> reply) {
        script.put(path, reply);
        return this;
    }

    ScriptedProvider on(String path, String json) {
        return on(path, _ -> Reply.ok(json));
    }

    /** The newest call of this path. */
    Call last(String path) {
        return calls.stream()
                .filter(call -> call.path().equals(path))
                .reduce((_, newest) -> newest)
                .orElseThrow(() -> new AssertionError("nobody called " + path));
    }

    long count(String path) {
        return calls.stream().filter(call -> call.path().equals(path)).count();
    }

    /** An id_token with what every one needs, for the claims of the test to be added. */
    JwtClaimsBuilder claims(String issuer, String clientId, String subject) {
        long now = System.currentTimeMillis() / 1000;
        return Jwt.claims()
                .issuer(issuer)
                .audience(clientId)
                .subject(subject)
                .issuedAt(now)
                .expiresAt(now + 300);
    }

    String signed(JwtClaimsBuilder claims) {
        return claims.jws().keyId(KID).sign(keys.getPrivate());
    }

    String keySet() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"" + KID + "\",\"n\":\""
                + number(key.getModulus()) + "\",\"e\":\"" + number(key.getPublicExponent()) + "\"}]}";
    }

    static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int start = bytes[0] == 0 ? 1 : 0;
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
    }

    private void serve(HttpExchange exchange) throws IOException {
        boolean get = exchange.getRequestMethod().equals("GET");
        String query = exchange.getRequestURI().getRawQuery();
        String form = get
                ? (query == null ? "" : query)
                : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        var call = new Call(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                fields(form),
                authorization == null ? "" : authorization);
        calls.add(call);
        Reply reply =
                script.getOrDefault(call.path(), _ -> new Reply(404, "{}")).apply(call);
        byte[] body = reply.json().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static Map<String, String> fields(String form) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : form.split("&")) {
            if (!pair.isEmpty()) {
                String[] parts = pair.split("=", 2);
                fields.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
