package dev.ghee.realtime.policy.relation;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.publication.RelationTables;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Opens the relations of apps. */
@ApplicationScoped
public class RelationStores {
    private static final int MAX_WAITING = 20_000;

    private final AppConnections connections;
    private final RelationTables tables;
    private final RelationConfig config;
    private final MeterRegistry metrics;
    private final Map<LiveRelations, AppId> open = new ConcurrentHashMap<>();

    RelationStores(AppConnections connections, RelationTables tables, RelationConfig config, MeterRegistry metrics) {
        this.connections = connections;
        this.tables = tables;
        this.config = config;
        this.metrics = metrics;
        metrics.gauge("ghee.realtime.relations.rows", open, all -> sum(all, LiveRelations::rows));
        metrics.gauge("ghee.realtime.relations.bytes", open, all -> sum(all, LiveRelations::bytes));
    }

    private static double sum(Map<LiveRelations, AppId> open, ToLongFunction<LiveRelations> figure) {
        return open.keySet().stream().mapToLong(figure).sum();
    }

    /** By table, why its rows are not kept, of those that the app's policies need here. */
    public Map<Integer, String> refusals(AppId app) {
        Map<Integer, String> refusals = new HashMap<>();
        open.forEach((relations, of) -> {
            if (of.equals(app)) {
                refusals.putAll(relations.refusals());
            }
        });
        return refusals;
    }

    /** Nothing is read before something is needed. The caller closes it. */
    public Relations open(Supplier<AppState> app) {
        var source = new DatabaseRelations(app, connections, tables, config, metrics);
        var relations = new LiveRelations(
                source, new Allowance(config.maxRows(), config.maxBytes()), MAX_WAITING, open::remove);
        open.put(relations, app.get().appId());
        return relations;
    }
}
