package dev.ghee.realtime.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/** Lets only so many snapshots and replays run at once, first come, first served. */
@ApplicationScoped
class JoinTurns {
    private static final Logger LOG = Logger.getLogger(JoinTurns.class);

    private final Semaphore turns;

    interface Turn {
        void run() throws InterruptedException;
    }

    JoinTurns(DeliveryConfig config) {
        this.turns = new Semaphore(config.joins(), true);
    }

    void take(Turn turn) {
        try {
            turns.acquire();
            try {
                turn.run();
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.debug("A join was interrupted");
        }
    }
}
