package dev.ghee.control.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How changes of state travel from the control database to Kafka. */
@ConfigMapping(prefix = "ghee.outbox")
interface OutboxConfig {
    /** How long a change made by another replica may wait; changes of this process are published at once. */
    @WithDefault("PT1S")
    Duration pollInterval();

    /** How long Kafka may take to acknowledge; after it the batch is sent again. */
    @WithDefault("PT10S")
    Duration deliveryTimeout();

    /** Longest pause between two attempts while Kafka or Postgres is away. */
    @WithDefault("PT5S")
    Duration maxBackOff();

    /** States published per transaction. */
    @WithDefault("500")
    int batchSize();
}
