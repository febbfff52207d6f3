package dev.ghee.realtime;

import static org.awaitility.Awaitility.await;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import dev.ghee.testkit.LocalStack;
import io.restassured.RestAssured;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** An app of its own for each test: a database, a signing key and a service key. */
final class TestApp implements AutoCloseable {
    private static final KeyPair SIGNING = rsa();
    private static final Cluster CLUSTER = cluster();

    final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    final String serviceKey = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");

    private final AppDirectory apps;
    private final KeyDirectory keys;
    private AppState state;
    private long keyRevision;

    TestApp(AppDirectory apps, KeyDirectory keys) throws SQLException {
        this.apps = apps;
        this.keys = keys;
        new AppDatabases(CLUSTER).provision(id);
        this.state = new AppState(
                id,
                1,
                "test",
                "test",
                "owner-1",
                "org-" + id,
                Set.of("owner-1"),
                LocalStack.REGION,
                AppState.Status.READY,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "anon",
                List.of(publicKey()),
                false,
                null);
        apps.accept(state);
        key(false);
    }

    AppState state() {
        return state;
    }

    /** The rest of the state as it is, with a higher revision. */
    void change(AppState.Status status, AppState.AccessMode mode, AppState.@Nullable Pause pause) {
        accept(old -> new AppState(
                old.appId(),
                old.revision() + 1,
                old.name(),
                old.subdomain(),
                old.ownerId(),
                old.organizationId(),
                old.memberIds(),
                old.region(),
                status,
                mode,
                pause,
                old.allowedOrigins(),
                old.anonKey(),
                old.jwks(),
                old.strictRls(),
                old.limits()));
    }

    void limitConnections(int most) {
        accept(old -> new AppState(
                old.appId(),
                old.revision() + 1,
                old.name(),
                old.subdomain(),
                old.ownerId(),
                old.organizationId(),
                old.memberIds(),
                old.region(),
                old.status(),
                old.accessMode(),
                old.pause(),
                old.allowedOrigins(),
                old.anonKey(),
                old.jwks(),
                old.strictRls(),
                new AppState.Limits(null, most)));
    }

    private void accept(UnaryOperator<AppState> change) {
        state = change.apply(state);
        apps.accept(state);
    }

    void key(boolean revoked) {
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(serviceKey),
                ++keyRevision,
                "key-" + id,
                "owner-1",
                "org-" + id,
                Set.of("*"),
                revoked,
                null));
    }

    /** Another key of the app's organisation. */
    String key(Set<String> scopes, @Nullable Instant expiresAt) {
        String key = "bb_sk_" + UUID.randomUUID().toString().replace("-", "");
        keys.accept(new ApiKeyState(
                CallerResolver.sha256(key), 1, "key-" + key, "owner-1", "org-" + id, scopes, false, expiresAt));
        return key;
    }

    /** Who belongs to the app's organisation from now on. */
    void members(Map<String, OrganizationRole> roles) {
        accept(old -> new AppState(
                old.appId(),
                old.revision() + 1,
                old.name(),
                old.subdomain(),
                old.ownerId(),
                old.organizationId(),
                roles.keySet(),
                old.region(),
                old.status(),
                old.accessMode(),
                old.pause(),
                old.allowedOrigins(),
                old.anonKey(),
                old.jwks(),
                old.strictRls(),
                old.limits(),
                roles,
                old.storage()));
    }

    String token(String user) {
        return token(user, Duration.ofHours(1));
    }

    String token(String user, Duration life) {
        return token(user, life, "\"iat\":" + (Instant.now().getEpochSecond() - 1));
    }

    /** @param claims as members of a JSON object; without a time of issue, it is now */
    String tokenWith(String user, String claims) {
        return token(
                user,
                Duration.ofHours(1),
                claims.contains("\"iat\"")
                        ? claims
                        : claims + ",\"iat\":" + Instant.now().getEpochSecond());
    }

    private String token(String user, Duration life, String more) {
        long expiry = Instant.now().plus(life).getEpochSecond();
        String claims = "{\"iss\":\"butterbase:app:" + id + "\",\"sub\":\"" + user + "\",\"app_id\":\"" + id
                + "\",\"exp\":" + expiry + "," + more + "}";
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

    /** What signs this app's tokens. */
    static KeyPair signing() {
        return SIGNING;
    }

    Connection owner() throws SQLException {
        return CLUSTER.owner(id.database());
    }

    static Connection admin() throws SQLException {
        return CLUSTER.admin("postgres");
    }

    /** Each statement in a transaction of its own. */
    void sql(String... statements) throws SQLException {
        try (Connection owner = owner();
                Statement statement = owner.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    List<String> query(String sql) throws SQLException {
        try (Connection owner = owner();
                Statement statement = owner.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    /** Turns tables live through the API. */
    void live(String... tables) {
        RestAssured.given()
                .header("Authorization", "Bearer " + serviceKey)
                .contentType("application/json")
                .body(Map.of("tables", List.of(tables)))
                .post("/v1/" + id + "/realtime/configure")
                .then()
                .statusCode(200);
    }

    SocketClient connect(String token) {
        return SocketClient.connect("/v1/" + id + "/realtime?token=" + token);
    }

    SocketClient user(String user) {
        return connect(token(user));
    }

    SocketClient service() {
        return connect(serviceKey);
    }

    String slot() {
        return "ghee_" + id;
    }

    /** Ends the connection that reads the slot. */
    void killReader() throws SQLException {
        terminate("pid = (SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + slot() + "')");
    }

    /** Ends connections. */
    static void terminate(String which) throws SQLException {
        try (Connection admin = admin();
                Statement statement = admin.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE " + which);
        }
    }

    /** False when the gateway was quicker to take it again. */
    boolean dropSlot() throws SQLException {
        killReader();
        try (Connection admin = admin();
                Statement statement = admin.createStatement()) {
            return statement.execute("SELECT pg_drop_replication_slot('" + slot() + "')");
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() {
        change(AppState.Status.DELETING, AppState.AccessMode.PUBLIC, null);
        // The gateway lets go of the slot in its own time.
        await().atMost(SocketClient.PATIENCE).ignoreExceptions().until(() -> {
            new AppDatabases(CLUSTER).drop(id);
            return true;
        });
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
