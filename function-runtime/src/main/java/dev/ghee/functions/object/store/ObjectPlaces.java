package dev.ghee.functions.object.store;

import dev.ghee.contracts.AppState;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Which node runs an app's objects: a lease in the app's database, timed by that database's clock. Times on this node
 * count from before the question, so that it always gives up before another may take over.
 */
@ApplicationScoped
public class ObjectPlaces {
    // The holder itself gets it back at once, with its epoch: a node is one process at a time.
    private static final String CLAIM = """
            UPDATE ghee.durable_object_place SET holder = $1, address = $2,
              epoch = CASE WHEN holder = $1 THEN epoch ELSE epoch + 1 END,
              held_until = now() + make_interval(secs => $3)
            WHERE holder IS NULL OR holder = $1 OR held_until < now()
            RETURNING epoch, revision""";

    private static final String HOLDER = """
            SELECT address, greatest(0, extract(epoch FROM held_until - now()) * 1000)::bigint AS left_ms
            FROM ghee.durable_object_place""";

    private static final String RENEW = """
            UPDATE ghee.durable_object_place SET held_until = now() + make_interval(secs => $3)
            WHERE holder = $1 AND epoch = $2 RETURNING revision""";

    private static final String RELEASE =
            "UPDATE ghee.durable_object_place SET held_until = '-infinity' WHERE holder = $1 AND epoch = $2";

    private final ObjectDatabase database;

    ObjectPlaces(ObjectDatabase database) {
        this.database = database;
    }

    /** What came of asking for the lease. */
    public sealed interface Claim {
        /**
         * It is ours.
         *
         * @param epoch one higher than the last node's
         * @param revision of what has to run
         */
        record Ours(long epoch, long revision) implements Claim {}

        /** Another node has it, and is reached there. */
        record Elsewhere(String address, Duration left) implements Claim {}
    }

    /** Takes the lease unless another node has it. */
    public Claim claim(AppState app, UUID node, String address, Duration time) {
        Optional<Row> taken =
                database.first(app, CLAIM, Tuple.of(node.toString(), address, (double) time.toMillis() / 1000));
        if (taken.isPresent()) {
            return new Claim.Ours(taken.get().getLong("epoch"), taken.get().getLong("revision"));
        }
        Row holder = database.first(app, HOLDER, Tuple.tuple()).orElseThrow();
        return new Claim.Elsewhere(holder.getString("address"), Duration.ofMillis(holder.getLong("left_ms")));
    }

    /** The revision of what has to run; empty when the lease is no longer ours. */
    public Optional<Long> renew(AppState app, UUID node, long epoch, Duration time) {
        return database.first(app, RENEW, Tuple.of(node.toString(), epoch, (double) time.toMillis() / 1000))
                .map(row -> row.getLong("revision"));
    }

    /** Others may take over at once. */
    public void release(AppState app, UUID node, long epoch) {
        database.all(app, RELEASE, Tuple.of(node.toString(), epoch));
    }
}
