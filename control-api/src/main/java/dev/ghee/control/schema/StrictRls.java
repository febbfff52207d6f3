package dev.ghee.control.schema;

import dev.ghee.contracts.AppState;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;

/** Makes a change of an app's {@code strict_rls} count for the tables that are there already. */
@ApplicationScoped
public class StrictRls {
    private final OwnerConnections connections;

    StrictRls(OwnerConnections connections) {
        this.connections = connections;
    }

    /**
     * Brings the rights on every table in line with the setting that this state has; may be repeated. Does its blocking
     * work on a worker. Fails like {@link OwnerConnections#change}.
     */
    public Uni<Integer> settle(AppState app) {
        return Uni.createFrom()
                .item(() -> connections.change(app, connection -> TableGrants.settle(connection, app.strictRls())))
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }
}
