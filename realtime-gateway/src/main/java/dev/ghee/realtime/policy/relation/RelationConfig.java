package dev.ghee.realtime.policy.relation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Tables that policies ask for membership, kept in memory. */
@ConfigMapping(prefix = "ghee.realtime.relations")
public interface RelationConfig {
    /** Most rows of all such tables of an app. A table that does not fit is asked in the database instead. */
    @WithDefault("1000000")
    long maxRows();

    /** Most memory that they may take, in bytes, roughly; beyond it as beyond {@link #maxRows}. */
    @WithDefault("100663296")
    long maxBytes();

    /** A table that no gateway has needed for this long is no longer published. */
    @WithDefault("PT5M")
    Duration lease();

    /** How long reading a table waits for transactions that are open; then the database is asked for a while. */
    @WithDefault("PT30S")
    Duration openTransactions();

    /** How long making a table's changes published waits for those who use the table, who then wait behind it. */
    @WithDefault("PT0.5S")
    Duration lockTimeout();
}
