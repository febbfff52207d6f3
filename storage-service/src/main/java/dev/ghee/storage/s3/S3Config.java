package dev.ghee.storage.s3;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;

/** The object store. */
@ConfigMapping(prefix = "ghee.s3")
public interface S3Config {
    /** Base URL at which this service reaches the store. */
    @WithDefault("http://127.0.0.1:9000")
    String endpoint();

    /** Base URL at which browsers reach it, for the URLs that we sign; {@code endpoint} by default. */
    Optional<String> publicEndpoint();

    @WithDefault("")
    Optional<String> accessKey();

    @WithDefault("")
    Optional<String> secretKey();

    /** Part of every signature; signing then never has to ask the store for it. */
    @WithDefault("us-east-1")
    String region();

    /** True for {@code https://<bucket>.<host>/<key>}, false for {@code https://<host>/<bucket>/<key>}. */
    @WithDefault("false")
    boolean virtualHostStyle();

    /** Bucket of apps' objects; made when there is none. */
    @WithDefault("ghee-objects")
    String objectsBucket();

    /** Bucket of deployed sites; made when there is none. */
    @WithDefault("ghee-sites")
    String sitesBucket();

    /** Requests to the store at once; more wait for one to end. */
    @WithDefault("256")
    @Min(1)
    int maxRequests();

    /** The store may be silent for so long, in the middle of a transfer too; then {@code S3_ERROR}. */
    @WithDefault("PT30S")
    Duration timeout();
}
