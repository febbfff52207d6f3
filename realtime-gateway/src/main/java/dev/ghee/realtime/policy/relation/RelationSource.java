package dev.ghee.realtime.policy.relation;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Where the rows of one app's tables are read from. */
interface RelationSource extends AutoCloseable {
    /**
     * Rows, and which transactions they hold.
     *
     * @param relation of the caller alone
     */
    record Loaded(HeldRelation relation, Baseline baseline) {}

    /**
     * Has the table's changes published and reads its rows, elsewhere than on this thread. Every transaction that the
     * log told of before this call is among them; fails with {@link RefusedException} when they cannot be kept.
     */
    CompletableFuture<Loaded> load(RelationNeed need, Shape shape, Allowance allowance);

    /** These tables are needed from now on, and no others. */
    void needed(Set<Integer> oids);

    /** From any thread. */
    @Override
    void close();
}
