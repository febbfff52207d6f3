package dev.ghee.realtime.policy.relation;

import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.TransactionPart;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Relations that follow an app's log. The rows are known only between transactions: while one that comes in several
 * parts has not been taken in to its end, what it will have done to memberships is not known.
 */
final class LiveRelations implements Relations {
    private static final long UNKNOWN = -1;

    private final RelationSource source;
    private final Allowance budget;
    private final int maxWaiting;
    private final Consumer<LiveRelations> onClose;
    private final Map<Integer, TrackedTable> tables = new LinkedHashMap<>();

    private long epoch = UNKNOWN;
    private Position applied = Position.START;
    private boolean open;

    private volatile long rows;
    private volatile long bytes;
    private volatile Map<Integer, String> refusals = Map.of();

    /** @param budget of all tables together */
    LiveRelations(RelationSource source, Allowance budget, int maxWaiting, Consumer<LiveRelations> onClose) {
        this.source = source;
        this.budget = budget;
        this.maxWaiting = maxWaiting;
        this.onClose = onClose;
    }

    @Override
    public void need(Collection<RelationNeed> needs) {
        Map<Integer, RelationNeed> wanted = new HashMap<>();
        needs.forEach(need -> wanted.merge(need.oid(), need, RelationNeed::with));
        tables.values().removeIf(table -> {
            RelationNeed need = wanted.get(table.need().oid());
            return need == null || !suffices(table.need(), need);
        });
        source.needed(Set.copyOf(wanted.keySet()));
        for (RelationNeed need : wanted.values()) {
            if (!tables.containsKey(need.oid())) {
                tables.put(need.oid(), new TrackedTable(need, source, () -> allowanceOf(need.oid()), maxWaiting));
            }
        }
        measure();
    }

    private static boolean suffices(RelationNeed held, RelationNeed need) {
        return held.schema().equals(need.schema())
                && held.table().equals(need.table())
                && held.columns().containsAll(need.columns())
                && held.keys().containsAll(need.keys());
    }

    /** What the others leave to this table. */
    private Allowance allowanceOf(int oid) {
        long otherRows = 0;
        long otherBytes = 0;
        for (TrackedTable table : tables.values()) {
            if (table.need().oid() != oid) {
                otherRows += table.rows();
                otherBytes += table.bytes();
            }
        }
        return new Allowance(budget.rows() - otherRows, budget.bytes() - otherBytes);
    }

    @Override
    public Optional<Relation> current(int tableOid) {
        TrackedTable table = tables.get(tableOid);
        if (open || table == null) {
            return Optional.empty();
        }
        Optional<Relation> current = table.current();
        measure();
        return current;
    }

    @Override
    public Optional<String> refusal(int tableOid) {
        TrackedTable table = tables.get(tableOid);
        return table == null ? Optional.empty() : table.refusal();
    }

    @Override
    public boolean concerns(TransactionPart part) {
        return part.epoch() != epoch
                || (!tables.isEmpty()
                        && (open
                                || part.end().isEmpty()
                                || tables.values().stream().anyMatch(table -> table.concerns(part))));
    }

    @Override
    public void observe(TransactionPart part) {
        if (part.epoch() != epoch) {
            // The log of another slot: what lies between the two is not known.
            epoch = part.epoch();
            applied = Position.START;
            open = false;
            reset();
        }
        TransactionPart fresh = part.after(applied);
        tables.values().forEach(table -> table.observe(fresh));
        applied = fresh.past(applied);
        open = part.end().isEmpty();
        measure();
    }

    @Override
    public void reset() {
        tables.values().forEach(TrackedTable::reset);
        measure();
    }

    private void measure() {
        rows = tables.values().stream().mapToLong(TrackedTable::rows).sum();
        bytes = tables.values().stream().mapToLong(TrackedTable::bytes).sum();
        Map<Integer, String> refused = new HashMap<>();
        tables.values()
                .forEach(table -> table.refusal()
                        .ifPresent(reason -> refused.put(table.need().oid(), reason)));
        refusals = refused.isEmpty() ? Map.of() : Map.copyOf(refused);
    }

    /** From any thread. */
    long rows() {
        return rows;
    }

    /** From any thread. */
    long bytes() {
        return bytes;
    }

    /** By table, why it is not kept. From any thread. */
    Map<Integer, String> refusals() {
        return refusals;
    }

    @Override
    public void close() {
        source.close();
        onClose.accept(this);
    }
}
