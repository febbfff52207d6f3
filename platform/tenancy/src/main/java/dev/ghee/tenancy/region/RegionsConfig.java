package dev.ghee.tenancy.region;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Map;

/** The regions of this installation. */
@ConfigMapping(prefix = "ghee")
public interface RegionsConfig {
    /** The region that new apps go to and that holds the control database. */
    @WithDefault("us-east-1")
    String region();

    /** One entry per region. A service that needs a region which is not here answers {@code EXTERNAL_DB_ERROR}. */
    Map<String, Region> regions();

    /** Passwords of the platform's roles, the same in every region. */
    Postgres postgres();

    /** What belongs to one region. */
    interface Region {
        Address postgres();
    }

    /** A Postgres server. */
    interface Address {
        String host();

        @WithDefault("5432")
        int port();
    }

    /** Secrets: no defaults. */
    interface Postgres {
        String ownerPassword();

        String authenticatorPassword();

        String replicatorPassword();
    }
}
