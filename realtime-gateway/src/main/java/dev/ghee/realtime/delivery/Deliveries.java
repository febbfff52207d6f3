package dev.ghee.realtime.delivery;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.value.TypeCatalog;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.delivery.Replays.Join;
import dev.ghee.realtime.fanout.FanOut;
import dev.ghee.realtime.fanout.FanOutMetrics;
import dev.ghee.realtime.log.LogConsumers;
import dev.ghee.realtime.log.PartReader;
import dev.ghee.realtime.policy.CompiledJudge;
import dev.ghee.realtime.policy.relation.NoRelations;
import dev.ghee.realtime.policy.relation.RelationStores;
import dev.ghee.realtime.policy.relation.Relations;
import dev.ghee.realtime.publication.RealtimeTables;
import dev.ghee.realtime.slot.Catalogue;
import dev.ghee.realtime.subscription.CursorCodec;
import dev.ghee.realtime.subscription.Subscriptions;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;

/** Makes deliveries. */
@ApplicationScoped
public class Deliveries {
    private final DeliveryConfig config;
    private final InboxRoom room;
    private final LogConsumers consumers;
    private final AppConnections connections;
    private final RealtimeTables tables;
    private final RelationStores relations;
    private final CursorCodec cursors;
    private final FanOutMetrics fanOutMetrics;
    private final MeterRegistry metrics;

    Deliveries(
            DeliveryConfig config,
            InboxRoom room,
            LogConsumers consumers,
            AppConnections connections,
            RealtimeTables tables,
            RelationStores relations,
            CursorCodec cursors,
            FanOutMetrics fanOutMetrics,
            MeterRegistry metrics) {
        this.config = config;
        this.room = room;
        this.consumers = consumers;
        this.connections = connections;
        this.tables = tables;
        this.relations = relations;
        this.cursors = cursors;
        this.fanOutMetrics = fanOutMetrics;
        this.metrics = metrics;
    }

    /** A delivery that has not begun, to those who are subscribed at any time. */
    public AppDelivery create(Supplier<AppState> app, Subscriptions subscriptions) {
        FanOut fanOut = fanOut(app);
        return new AppDelivery(
                app,
                config,
                consumers,
                reader(app),
                subscriptions,
                judging(app, subscriptions, relations.open(app), fanOut),
                fanOut,
                new Inbox(config.inboxBytes(), room));
    }

    /** The past of a delivery, for those who join it. */
    Past past(AppDelivery delivery, List<Join> joins, Position first) {
        Supplier<AppState> app = delivery.app();
        return new Past(
                reader(app), judging(app, Past.of(joins), new NoRelations(), fanOut(app)), joins, config, first);
    }

    private Judging judging(Supplier<AppState> app, Subscriptions subscriptions, Relations known, FanOut fanOut) {
        var live = new LiveTables(app, tables);
        return new Judging(app, subscriptions, live, new CompiledJudge(connections, known, metrics), fanOut);
    }

    private FanOut fanOut(Supplier<AppState> app) {
        AppId id = app.get().appId();
        return new FanOut(id, fanOutMetrics, cursors.writer(id));
    }

    private PartReader reader(Supplier<AppState> app) {
        return new PartReader(app.get().appId(), () -> types(app.get()));
    }

    private TypeCatalog types(AppState app) throws SQLException {
        try (Connection connection = connections.slots(app)) {
            return Catalogue.read(connection).types();
        }
    }
}
