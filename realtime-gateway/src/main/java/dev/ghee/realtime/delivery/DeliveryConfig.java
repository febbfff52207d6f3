package dev.ghee.realtime.delivery;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How changes get from the log to sockets. */
@ConfigMapping(prefix = "ghee.realtime.delivery")
public interface DeliveryConfig {
    /** Most rows that are judged and sent together. */
    @WithDefault("500")
    int batchRows();

    /** Most bytes that are judged and sent together, as long as a single record is not larger. */
    @WithDefault("1048576")
    long batchBytes();

    /** Records of one app that wait to be delivered, in bytes; when there are more, they are read from the log again. */
    @WithDefault("16777216")
    long inboxBytes();

    /** Records of all apps that wait to be delivered, in bytes. */
    @WithDefault("134217728")
    long inboxBytesTotal();

    /** Live frames kept for a subscription while its past is read, in bytes; when there are more, it has to resync. */
    @WithDefault("4194304")
    long joinBytes();

    /** Most rows of a snapshot; a table with more visible rows is answered by a resync. */
    @WithDefault("100000")
    int snapshotRows();

    /** Snapshots and replays of this process that run at the same time; the others wait. */
    @WithDefault("8")
    int joins();

    /** How long a client may take to read the past before it is served what follows. */
    @WithDefault("PT30S")
    Duration joinLimit();
}
