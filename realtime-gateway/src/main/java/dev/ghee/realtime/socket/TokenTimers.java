package dev.ghee.realtime.socket;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells when a credential is about to end, and when it has ended. The warning comes a minute before, or in the middle of
 * the life of one that lives no longer than that. On the socket's event loop only.
 */
final class TokenTimers {
    static final Duration NOTICE = Duration.ofSeconds(60);
    private static final long NONE = -1;

    private final Vertx vertx;
    private long warning = NONE;
    private long end = NONE;

    TokenTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Replaces what ran before. */
    void start(Identity.Credential credential, Runnable expiring, Runnable expired) {
        cancel();
        Instant now = Instant.now();
        credential.expiresAt().ifPresent(expiry -> {
            warning = at(warningTime(credential.issuedAt().orElse(now), expiry), now, expiring);
            end = at(expiry, now, expired);
        });
    }

    void cancel() {
        vertx.cancelTimer(warning);
        vertx.cancelTimer(end);
    }

    static Instant warningTime(Instant issued, Instant expiry) {
        Duration life = Duration.between(issued, expiry);
        return expiry.minus(life.compareTo(NOTICE) > 0 ? NOTICE : life.dividedBy(2));
    }

    private long at(Instant time, Instant now, Runnable task) {
        return vertx.setTimer(Math.max(1, Duration.between(now, time).toMillis()), _ -> task.run());
    }
}
