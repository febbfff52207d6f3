package dev.ghee.tenancy.caller;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How callers are recognised. */
@ConfigMapping(prefix = "ghee")
public interface AuthConfig {
    /** HS256 secret of local platform tokens, at least 32 characters. */
    String localJwtSecret();

    /** Header {@code x-butterbase-internal-secret} of calls between services. */
    String internalSecret();

    /** When false, a caller without a credential is the development owner; end users stay end users. */
    @WithDefault("true")
    boolean authEnabled();

    /** When true, header {@code x-test-user-id} acts as that platform user. Refused in production. */
    @WithDefault("false")
    boolean e2e();

    /** Base URL of control-api's internal endpoints, asked for apps and keys not yet seen on Kafka. */
    ControlApi controlApi();

    /** Where control-api answers other services. */
    interface ControlApi {
        /** Absent in control-api itself. */
        Optional<String> url();

        /** After this long without an answer the look-up counts as failed, and the request is denied. */
        @WithDefault("PT3S")
        Duration timeout();
    }
}
