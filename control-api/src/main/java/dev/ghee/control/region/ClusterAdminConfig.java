package dev.ghee.control.region;

import io.smallrye.config.ConfigMapping;

/** The superuser with which control-api makes roles and databases. No other service has it. */
@ConfigMapping(prefix = "ghee.postgres")
interface ClusterAdminConfig {
    /** Name of the superuser, the same in every region. */
    String adminUser();

    /** Secret: no default. */
    String adminPassword();
}
