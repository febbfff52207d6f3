package dev.ghee.realtime.policy.relation;

import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * One table that policies need: its rows are read once, and then follow the log. While they are read, changes wait, and
 * those that the rows hold already are left out. Whatever makes the rows doubtful has them read anew. For one thread.
 */
final class TrackedTable {
    private static final Logger LOG = Logger.getLogger(TrackedTable.class);
    private static final Duration FAILED_PAUSE = Duration.ofSeconds(5);
    private static final Duration OVERRUN_PAUSE = Duration.ofSeconds(10);
    private static final Duration FULL_PAUSE = Duration.ofMinutes(5);
    private static final String FULL = "the tables that policies ask for membership have more rows than may be kept";

    private final RelationNeed need;
    private final Shape shape;
    private final Delta.Reader reader;
    private final RelationSource source;
    private final Supplier<Allowance> allowance;
    private final int maxWaiting;
    private State state;

    private sealed interface State {
        record Loading(CompletableFuture<RelationSource.Loaded> rows, List<Change> waiting) implements State {}

        record Held(HeldRelation relation, Baseline baseline) implements State {}

        /** @param until value of {@link System#nanoTime} from which it may be tried again */
        record Refused(String reason, long until) implements State {}
    }

    /** What a part does to this table. */
    private record Change(TransactionPart part, List<Delta> deltas) {}

    /** @param maxWaiting changes that may wait for the rows */
    TrackedTable(RelationNeed need, RelationSource source, Supplier<Allowance> allowance, int maxWaiting) {
        this.need = need;
        this.shape = new Shape(need);
        this.reader = new Delta.Reader(shape);
        this.source = source;
        this.allowance = allowance;
        this.maxWaiting = maxWaiting;
        this.state = load();
    }

    RelationNeed need() {
        return need;
    }

    /** Whether the part has something to say about these rows. */
    boolean concerns(TransactionPart part) {
        return part.accessChanged() || part.changes().stream().anyMatch(this::isAbout);
    }

    private boolean isAbout(RowChange change) {
        return change.table().relation().oid() == need.oid();
    }

    void observe(TransactionPart part) {
        settle();
        if (!concerns(part)) {
            return;
        }
        switch (state) {
            case State.Loading(var _, List<Change> waiting) -> {
                if (waiting.size() >= maxWaiting) {
                    refuse("it changes faster than it can be read", OVERRUN_PAUSE);
                } else {
                    waiting.add(read(part));
                }
            }
            case State.Held held -> apply(held, read(part));
            case State.Refused _ -> {
                if (part.accessChanged()) {
                    state = load();
                }
            }
        }
    }

    Optional<Relation> current() {
        settle();
        if (state instanceof State.Refused(var _, long until) && System.nanoTime() - until >= 0) {
            state = load();
        }
        return state instanceof State.Held(HeldRelation relation, var _) ? Optional.of(relation) : Optional.empty();
    }

    Optional<String> refusal() {
        return state instanceof State.Refused(String reason, long _) ? Optional.of(reason) : Optional.empty();
    }

    /** Reads the rows anew. */
    void reset() {
        if (state instanceof State.Loading(var rows, var _)) {
            rows.cancel(true);
        }
        state = load();
    }

    long rows() {
        return state instanceof State.Held(HeldRelation relation, var _) ? relation.rows() : 0;
    }

    long bytes() {
        return state instanceof State.Held(HeldRelation relation, var _) ? relation.bytes() : 0;
    }

    private State load() {
        return new State.Loading(source.load(need, shape, allowance.get()), new ArrayList<>());
    }

    private void refuse(String reason, Duration pause) {
        LOG.infof("A table's rows are not kept: table=%s.%s cause=%s", need.schema(), need.table(), reason);
        state = new State.Refused(reason, System.nanoTime() + pause.toNanos());
    }

    private Change read(TransactionPart part) {
        List<Delta> deltas = new ArrayList<>();
        for (RowChange change : part.changes()) {
            if (isAbout(change)) {
                reader.read(change, deltas);
            }
        }
        // Only what tells whether rows hold it is kept of the part: its images are large.
        var outline = new TransactionPart(
                part.epoch(),
                part.commitLsn(),
                part.committedAt(),
                part.xid(),
                part.accessChanged(),
                List.of(),
                0,
                Optional.<Lsn>empty());
        return new Change(outline, deltas);
    }

    /** Takes over what was read, if it has been. */
    private void settle() {
        if (!(state instanceof State.Loading(var rows, List<Change> waiting)) || !rows.isDone()) {
            return;
        }
        switch (rows.state()) {
            case SUCCESS -> takeOver(rows.resultNow(), waiting);
            case FAILED -> {
                if (rows.exceptionNow() instanceof RefusedException refused) {
                    refuse(refused.reason(), refused.retryAfter());
                } else {
                    LOG.warnf(
                            rows.exceptionNow(),
                            "A table's rows were not read: table=%s.%s",
                            need.schema(),
                            need.table());
                    refuse("its rows could not be read", FAILED_PAUSE);
                }
            }
            case CANCELLED, RUNNING -> refuse("its rows could not be read", FAILED_PAUSE);
        }
    }

    private void takeOver(RelationSource.Loaded loaded, List<Change> waiting) {
        var held = new State.Held(loaded.relation(), loaded.baseline());
        state = held;
        for (Change change : waiting) {
            apply(held, change);
            if (!state.equals(held)) {
                // Reading again already: the rows will hold all that waited.
                return;
            }
        }
    }

    private void apply(State.Held held, Change change) {
        if (held.baseline().covers(change.part())) {
            return;
        }
        if (change.part().accessChanged()) {
            // The table may look different, or its changes may not all have been published.
            state = load();
            return;
        }
        for (Delta delta : change.deltas()) {
            if (!apply(held.relation(), delta)) {
                LOG.warnf("A table's rows are read anew: table=%s.%s", need.schema(), need.table());
                state = load();
                return;
            }
        }
        if (!allowance.get().allows(held.relation())) {
            refuse(FULL, FULL_PAUSE);
        }
    }

    private static boolean apply(HeldRelation relation, Delta delta) {
        return switch (delta) {
            case Delta.Added(Row row) -> {
                relation.add(row);
                yield true;
            }
            case Delta.Removed(Row row) -> relation.remove(row);
            case Delta.Cleared _ -> {
                relation.clear();
                yield true;
            }
            case Delta.Unknown _ -> false;
        };
    }
}
