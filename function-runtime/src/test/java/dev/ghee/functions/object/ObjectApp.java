package dev.ghee.functions.object;

import static io.restassured.RestAssured.given;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.LocalStack;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** An app of its own for a test: a database, a signing key and a service key. */
public final class ObjectApp implements AutoCloseable {
    private static final KeyPair SIGNING = rsa();
    private static final Cluster CLUSTER = cluster();

    public final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    final String serviceKey = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
    final String subdomain = "do-" + id.value().substring(4);

    private final AppDirectory apps;
    private long revision;

    public ObjectApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.apps = apps;
        new AppDatabases(CLUSTER).provision(id);
        state(AppState.Status.READY);
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(serviceKey), 1, "key-" + id, "owner-1", "org-" + id, Set.of("*"), false, null));
    }

    private void state(AppState.Status status) {
        apps.accept(new AppState(
                id,
                ++revision,
                "test",
                subdomain,
                "owner-1",
                "org-" + id,
                Set.of("owner-1"),
                LocalStack.REGION,
                status,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(publicKey()),
                false,
                null));
    }

    /** Path of the management routes. */
    String management() {
        return "/v1/" + id + "/durable-objects";
    }

    /** Path of an object. */
    String object(String name, String instance) {
        return "/v1/" + id + "/_do/" + name + "/" + instance;
    }

    Response deploy(String name, String code, @Nullable String accessMode) {
        Map<String, String> body = new HashMap<>(Map.of("name", name, "code", code));
        if (accessMode != null) {
            body.put("access_mode", accessMode);
        }
        return given().header("Authorization", "Bearer " + serviceKey)
                .contentType("application/json")
                .body(body)
                .post(management());
    }

    /** Deploys a class of the test's resources for everybody. */
    public void deployPublic(String name) {
        deploy(name, source(name), "public").then().statusCode(200).body("status", org.hamcrest.Matchers.is("READY"));
    }

    static String source(String name) {
        try (InputStream in = ObjectApp.class.getResourceAsStream("/durable-objects/" + name + ".ts")) {
            if (in == null) {
                throw new IllegalArgumentException(name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One statement in the app's database. */
    void sql(String statement) throws SQLException {
        try (var owner = CLUSTER.owner(id.database());
                var sql = owner.createStatement()) {
            sql.execute(statement);
        }
    }

    /** An access token of one of the app's users. */
    String token(String user) {
        String claims = "{\"iss\":\"butterbase:app:" + id + "\",\"sub\":\"" + user + "\",\"app_id\":\"" + id
                + "\",\"exp\":" + Instant.now().plusSeconds(3600).getEpochSecond() + ",\"iat\":"
                + (Instant.now().getEpochSecond() - 1) + "}";
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}".getBytes(StandardCharsets.UTF_8))
                + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        try {
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initSign(SIGNING.getPrivate());
            rsa.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(rsa.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        state(AppState.Status.DELETING);
        new AppDatabases(CLUSTER).drop(id);
    }

    private static Cluster cluster() {
        var cluster = new Cluster(
                config("ghee.regions.us-east-1.postgres.host"),
                Integer.parseInt(config("ghee.regions.us-east-1.postgres.port")),
                config("ghee.postgres.admin-user"),
                config("ghee.postgres.admin-password"),
                config("ghee.postgres.owner-password"),
                config("ghee.postgres.authenticator-password"),
                config("ghee.postgres.replicator-password"));
        try {
            new ClusterBootstrap(cluster).createRoles();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return cluster;
    }

    private static String config(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }

    private static AppState.PublicKey publicKey() {
        var key = (RSAPublicKey) SIGNING.getPublic();
        return new AppState.PublicKey("k1", "RSA", "RS256", number(key.getModulus()), number(key.getPublicExponent()));
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return base64(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
