package dev.ghee.bench.realtime;

import dev.ghee.appdb.AppDatabases;
import dev.ghee.appdb.Cluster;
import dev.ghee.appdb.ClusterBootstrap;
import dev.ghee.bench.BenchStack;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.Topics;
import dev.ghee.testkit.LocalStack;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * An app that exists for the gateway only: a database, and a state on Kafka with a signing key of our own. A thousand
 * users are then a thousand tokens, not a thousand sign-ups with their password hashes.
 */
final class RealtimeApp implements AutoCloseable {
    private static final long TOKEN_SECONDS = 7200;
    private static final String HEADER = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"bench\"}");

    /** More than one app may have by default. */
    private static final int MAX_SOCKETS = 100_000;

    private static final KeyPair KEYS = newKeys();

    /** Kept, because a logger that nobody holds forgets its level. */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    private final AppId id =
            new AppId("app_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    private final Cluster cluster;

    private RealtimeApp(Cluster cluster) {
        this.cluster = cluster;
    }

    static RealtimeApp create(BenchStack stack) throws SQLException, ExecutionException, InterruptedException {
        LocalStack backing = stack.backing();
        var postgres = stack.endpoints().get("postgres." + LocalStack.REGION);
        var cluster = new Cluster(
                postgres.get("host"),
                Integer.parseInt(postgres.get("port")),
                backing.adminUser(),
                backing.adminPassword(),
                stack.secrets().postgresOwnerPassword(),
                stack.secrets().postgresAuthenticatorPassword(),
                stack.secrets().postgresReplicatorPassword());
        FLYWAY.setLevel(Level.WARNING);
        new ClusterBootstrap(cluster).createRoles();
        var app = new RealtimeApp(cluster);
        new AppDatabases(cluster).provision(app.id);
        app.publish(backing.bootstrapServers());
        return app;
    }

    AppId id() {
        return id;
    }

    Cluster cluster() {
        return cluster;
    }

    Connection owner() throws SQLException {
        return cluster.owner(id.database());
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = owner();
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    /** What the configure route does. */
    void live(String table) throws SQLException {
        execute(
                "ALTER TABLE " + table + " REPLICA IDENTITY FULL",
                "ALTER PUBLICATION ghee_realtime ADD TABLE " + table,
                "INSERT INTO ghee.realtime_tables (table_name) VALUES ('" + table + "')");
    }

    /** A user's socket that subscribes to a table. */
    Crowd.Seat seat(String user, String table) {
        try {
            return new Crowd.Seat(
                    "/v1/" + id + "/realtime?token=" + token(user),
                    "{\"type\":\"subscribe\",\"table\":\"" + table + "\"}");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has RSA", e);
        }
    }

    private String token(String user) throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        String signed = HEADER + "."
                + base64("{\"iss\":\"butterbase:app:" + id + "\",\"sub\":\"" + user + "\",\"iat\":" + now + ",\"exp\":"
                        + (now + TOKEN_SECONDS) + "}");
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initSign(KEYS.getPrivate());
        rsa.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(rsa.sign());
    }

    private void publish(String bootstrapServers) throws ExecutionException, InterruptedException {
        var key = (RSAPublicKey) KEYS.getPublic();
        var state = new AppState(
                id,
                1,
                "bench",
                "bench",
                "bench",
                "bench",
                Set.of(),
                LocalStack.REGION,
                AppState.Status.READY,
                AppState.AccessMode.PUBLIC,
                null,
                List.of(),
                "bench",
                List.of(new AppState.PublicKey(
                        "bench", "RSA", "RS256", number(key.getModulus()), number(key.getPublicExponent()))),
                false,
                new AppState.Limits(null, MAX_SOCKETS));
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topics.APPS, id.value(), Contracts.write(state)))
                    .get();
        }
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has RSA", e);
        }
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] unsigned = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws SQLException {
        new AppDatabases(cluster).drop(id);
    }
}
