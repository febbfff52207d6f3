package dev.ghee.control.schema;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of changes to apps' schemas and policies. */
@ConfigMapping(prefix = "ghee.schema")
public interface SchemaConfig {
    /** How long one statement of a change may run; then the whole change is undone: {@code SCHEMA_MIGRATION_FAILED}. */
    @WithDefault("PT30S")
    Duration statementTimeout();

    /** How long a change waits for a table in use, or for another change of the same app: {@code RESOURCE_CONFLICT}. */
    @WithDefault("PT10S")
    Duration lockTimeout();

    /** Most owner connections of this process at once; more requests wait, then answer 503. */
    @WithDefault("24")
    int maxConnections();

    /** Most of them for one app; more requests wait, then answer {@code RESOURCE_CONFLICT}. */
    @WithDefault("4")
    int maxConnectionsPerApp();
}
