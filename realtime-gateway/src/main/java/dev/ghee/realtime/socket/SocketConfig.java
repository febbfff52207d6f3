package dev.ghee.realtime.socket;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of WebSocket clients. Every one of them ends in an {@code error} frame and a close with a code. */
@ConfigMapping(prefix = "ghee.realtime.socket")
interface SocketConfig {
    /** Open sockets of one app, unless the app has a limit of its own; one more is closed with 1013. */
    @WithDefault("10000")
    int perApp();

    /** Subscriptions of one socket; one more is refused with an error frame, the socket stays. */
    @WithDefault("100")
    int subscriptions();

    /** All subscribe frames of one socket's subscriptions, in characters; more is refused as above. */
    @WithDefault("262144")
    int subscriptionsLength();

    /** Largest frame that a client may send; a larger one closes the socket with 1009. */
    @WithDefault("65536")
    int maxFrameBytes();

    /** Frames that a client may send at once before {@link #framesPerSecond} counts; more close with 1008. */
    @WithDefault("500")
    int frameBurst();

    /** Frames that a client may send per second, on average. */
    @WithDefault("100")
    int framesPerSecond();

    /** Frames kept while the client's credential is being checked; more close with 1008. */
    @WithDefault("200")
    int framesBeforeAuth();

    /** Events of one client that wait for their function's answer; one more is refused with an error frame. */
    @WithDefault("64")
    int eventsWaiting();

    /** Bytes waiting for a client that reads slowly; when there are more, it is closed with 1013. */
    @WithDefault("4194304")
    long maxQueuedBytes();

    /**
     * Bytes waiting for all clients of this process; when there are more, those for whom most waits are closed with
     * 1013.
     */
    @WithDefault("268435456")
    long maxQueuedBytesTotal();

    /** Time between heartbeats. */
    @WithDefault("PT30S")
    Duration heartbeat();

    /** New sockets whose handshake and credential are dealt with at the same time; the others wait, first come, first served. */
    @WithDefault("8")
    int entering();

    /** How long checking a credential may take. */
    @WithDefault("PT10S")
    Duration authLimit();
}
