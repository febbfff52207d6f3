package dev.ghee.realtime.delivery;

import dev.ghee.realtime.subscription.Cursor;
import dev.ghee.realtime.subscription.Start;
import dev.ghee.realtime.subscription.Subscription;
import jakarta.enterprise.context.ApplicationScoped;

/** Puts subscriptions into a running delivery, and gives them the past that they ask for. */
@ApplicationScoped
public class Joins {
    private final DeliveryConfig config;
    private final Replays replays;
    private final Snapshots snapshots;

    Joins(DeliveryConfig config, Replays replays, Snapshots snapshots) {
        this.config = config;
        this.replays = replays;
        this.snapshots = snapshots;
    }

    /**
     * Tells the place after which every change reaches the subscription. Everything that is sent because of this is sent by way of the subscriber's event loop, after the return.
     */
    public Cursor join(AppDelivery delivery, Subscription subscription) {
        switch (subscription.start()) {
            case Start.Live _ -> delivery.subscriptions().put(subscription);
            case Start.Since since -> {
                var gate = new JoinGate(config.joinBytes());
                Subscription held = subscription.through(gate);
                delivery.subscriptions().put(held);
                replays.request(delivery, new Replays.Join(held, gate, since.cursor()));
            }
            case Start.Snapshot _ -> {
                var gate = new JoinGate(config.joinBytes());
                Subscription held = subscription.through(gate);
                delivery.subscriptions().put(held);
                snapshots.request(delivery, held, gate);
            }
        }
        return delivery.claim().cursor();
    }
}
