package dev.ghee.tenancy.rls;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Connections from this process to the databases of apps. */
@ConfigMapping(prefix = "ghee.pools")
public interface PoolsConfig {
    /** Most connections to one app's database for requests; spread evenly over the event loops, at least one each. */
    @WithDefault("16")
    int maxPerApp();

    /** Most connections to one app's database for platform work. */
    @WithDefault("3")
    int maxOwnerPerApp();

    /** Most connections of this process to all apps' databases; beyond it, requests wait for idle ones to close. */
    @WithDefault("120")
    int maxTotal();

    /** Most requests that wait for a connection of one app on one event loop; the next answers 503. */
    @WithDefault("1024")
    int maxWaiting();

    /** Longest wait for a connection; then 503. */
    @WithDefault("PT5S")
    Duration acquireTimeout();

    /** Longest wait for Postgres to accept a connection. */
    @WithDefault("PT5S")
    Duration connectTimeout();

    /** An idle connection is closed after this long. */
    @WithDefault("PT60S")
    Duration idleTimeout();

    /** How long one statement of a request may run before Postgres cancels it. */
    @WithDefault("PT15S")
    Duration statementTimeout();

    /**
     * Prepared statements kept per connection; 0 keeps none, for a PgBouncer in transaction mode that does not track
     * them (before 1.21).
     */
    @WithDefault("256")
    int preparedStatements();
}
