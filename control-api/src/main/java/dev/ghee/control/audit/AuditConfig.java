package dev.ghee.control.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long the audit log remembers. */
@ConfigMapping(prefix = "ghee.audit")
interface AuditConfig {
    /** Older events are deleted. */
    @WithDefault("P180D")
    Duration retention();

    /** How often old events are looked for. */
    @WithDefault("PT6H")
    Duration cleanUpInterval();
}
