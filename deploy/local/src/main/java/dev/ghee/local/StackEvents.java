package dev.ghee.local;

import java.time.Duration;

/** What happens to the components, for whoever watches. Called from several threads. */
public interface StackEvents {
    /** A component's process is about to be started. */
    default void starting(String component) {}

    /** A component answers. */
    default void up(String component, Duration took) {}

    /** A component ended without being asked to; it will be started again after the delay. */
    default void died(String component, Duration restartIn) {}

    /** A restart failed; it will be tried again after the delay. */
    default void restartFailed(String component, String reason, Duration retryIn) {}

    /** A component that died answers again. */
    default void restarted(String component, Duration took) {}

    /** Nothing to say. */
    StackEvents SILENT = new StackEvents() {};
}
