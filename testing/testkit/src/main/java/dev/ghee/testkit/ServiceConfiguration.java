package dev.ghee.testkit;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The configuration keys that a service needs to run on a stack. */
public final class ServiceConfiguration {
    /** Nothing listens there; a service's own default for a peer that is not part of this stack. */
    private static final String NO_PEER = "http://127.0.0.1:1";

    /** Keys that no other service may have: they open the cluster, or make whoever holds them the platform owner. */
    public static final Set<String> CONTROL_API_ONLY =
            Set.of("ghee.postgres.admin-user", "ghee.postgres.admin-password", "ghee.bootstrap.owner-key");

    private ServiceConfiguration() {}

    /** Keys for the backing services and secrets; a launcher adds ports, public URL and peers. */
    public static Map<String, String> of(Endpoints endpoints, Secrets secrets) {
        Endpoints.Entry postgres = endpoints.get("postgres." + LocalStack.REGION);
        Endpoints.Entry s3 = endpoints.get("s3");
        Endpoints.Entry mail = endpoints.get("mail");
        String region = "ghee.regions." + LocalStack.REGION + ".postgres.";
        Map<String, String> configuration = new TreeMap<>();
        configuration.put("kafka.bootstrap.servers", endpoints.get("kafka").get("bootstrapServers"));
        configuration.put("ghee.region", LocalStack.REGION);
        configuration.put(region + "host", postgres.get("host"));
        configuration.put(region + "port", postgres.get("port"));
        configuration.put("ghee.postgres.admin-user", PostgresCluster.ADMIN);
        configuration.put("ghee.postgres.admin-password", secrets.postgresAdminPassword());
        configuration.put("ghee.postgres.owner-password", secrets.postgresOwnerPassword());
        configuration.put("ghee.postgres.authenticator-password", secrets.postgresAuthenticatorPassword());
        configuration.put("ghee.postgres.replicator-password", secrets.postgresReplicatorPassword());
        configuration.put("ghee.control-api.url", NO_PEER);
        configuration.put("ghee.internal-secret", secrets.internalSecret());
        configuration.put("ghee.local-jwt-secret", secrets.localJwtSecret());
        configuration.put("ghee.encryption-key", secrets.encryptionKey());
        configuration.put("ghee.bootstrap.owner-key", secrets.ownerKey());
        configuration.put("ghee.public-url", "http://127.0.0.1:4000");
        configuration.put("ghee.base-domain", "localhost");
        configuration.put("ghee.valkey.url", endpoints.get("valkey").get("url"));
        configuration.put("ghee.s3.endpoint", s3.get("url"));
        configuration.put("ghee.s3.access-key", s3.get("accessKey"));
        configuration.put("ghee.s3.secret-key", s3.get("secretKey"));
        configuration.put("ghee.s3.bucket", s3.get("bucket"));
        // Development only: without a name server for the base domain, sites can still be looked at.
        configuration.put("ghee.hosting.by-path", "true");
        configuration.put(
                "ghee.functions.workerd-directory",
                Repository.root().resolve("function-runtime/target/workerd").toString());
        // Every service gets the same keys and reads those it knows.
        configuration.put("smallrye.config.mapping.validate-unknown", "false");
        configuration.put("quarkus.mailer.host", mail.get("host"));
        configuration.put("quarkus.mailer.port", mail.get("port"));
        return configuration;
    }
}
