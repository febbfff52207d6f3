package dev.ghee.pgoutput;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One message of the pgoutput plugin, protocol versions 1 and 2. Oids and xids are unsigned 32-bit numbers held in an
 * {@code int}. Source: PostgreSQL manual, "Logical Replication Message Formats".
 *
 * <p>Order on the wire: {@link Begin}, {@link Content} of one transaction, {@link Commit}. With {@code streaming 'on'}
 * large transactions arrive before they commit, in blocks {@link StreamStart}, {@link Streamed}…, {@link StreamStop}
 * that may alternate with whole transactions, and end in {@link StreamCommit} or {@link StreamAbort}. A
 * non-transactional {@link Message} may stand outside of any transaction.
 */
public sealed interface WalMessage {

    /** What stands within a transaction; inside a stream block it arrives wrapped in {@link Streamed}. */
    sealed interface Content extends WalMessage {}

    /**
     * Starts a committed transaction.
     *
     * @param commitLsn where its commit record lies; transactions arrive in this order
     */
    record Begin(Lsn commitLsn, Instant committedAt, int xid) implements WalMessage {}

    /**
     * Ends a transaction.
     *
     * @param endLsn the position after the commit record: confirm this one once the transaction is safe
     */
    record Commit(Lsn commitLsn, Lsn endLsn, Instant committedAt) implements WalMessage {}

    /** The transaction was replicated from elsewhere. Never carries an xid, not even inside a stream block. */
    record Origin(Lsn commitLsn, String name) implements WalMessage {}

    /**
     * How a table looks from here on. Sent before its first row of a session and after each change of its definition;
     * the latest one describes the rows that follow it.
     */
    record Relation(int oid, String namespace, String name, ReplicaIdentity identity, List<Column> columns)
            implements Content {
        public Relation {
            columns = List.copyOf(columns);
        }
    }

    /** The name of a type that is not built in (enum, domain, extension type), sent before its {@link Relation}. */
    record Type(int oid, String namespace, String name) implements Content {}

    record Insert(int relationOid, List<Cell> row) implements Content {}

    record Update(int relationOid, OldRow before, List<Cell> after) implements Content {
        /**
         * The new row, with values the server left out because they did not change taken from the old row. Under
         * {@code REPLICA IDENTITY FULL} nothing stays {@link Cell.UnchangedToast}; otherwise it may.
         */
        public List<Cell> completedAfter() {
            List<Cell> old = switch (before) {
                case OldRow.Absent _ -> List.of();
                case OldRow.Key(List<Cell> cells) -> cells;
                case OldRow.Full(List<Cell> cells) -> cells;
            };
            if (old.size() != after.size() || !after.contains(Cell.UNCHANGED_TOAST)) {
                return after;
            }
            List<Cell> completed = new ArrayList<>(after);
            for (int i = 0; i < completed.size(); i++) {
                // A NULL in a key means "not sent" as well as NULL, and a TOASTed value is never NULL.
                if (completed.get(i) instanceof Cell.UnchangedToast && !(old.get(i) instanceof Cell.Null)) {
                    completed.set(i, old.get(i));
                }
            }
            return List.copyOf(completed);
        }
    }

    /** @param before never {@link OldRow.Absent}: a table without replica identity refuses DELETE */
    record Delete(int relationOid, OldRow before) implements Content {}

    record Truncate(List<Integer> relationOids, boolean cascade, boolean restartIdentity) implements Content {
        public Truncate {
            relationOids = List.copyOf(relationOids);
        }
    }

    /**
     * What {@code pg_logical_emit_message} wrote. Sent only if the slot was opened with {@code messages 'true'}.
     *
     * @param lsn where the message lies
     * @param transactional whether it belongs to the transaction around it, or stands alone
     */
    record Message(Lsn lsn, boolean transactional, String prefix, ByteBuffer content) implements Content {}

    /**
     * Opens a block of an uncommitted transaction.
     *
     * @param firstBlock whether it is the transaction's first
     */
    record StreamStart(int xid, boolean firstBlock) implements WalMessage {}

    /** Closes a block; the transaction goes on or ends later. */
    record StreamStop() implements WalMessage {}

    /**
     * Content of an uncommitted transaction.
     *
     * @param xid the (sub)transaction it belongs to: a {@link StreamAbort} with this {@code subxid} undoes it
     */
    record Streamed(int xid, Content content) implements WalMessage {}

    /** A streamed transaction committed; see {@link Commit}. */
    record StreamCommit(int xid, Lsn commitLsn, Lsn endLsn, Instant committedAt) implements WalMessage {}

    /** A streamed transaction, or when {@code subxid != xid} only that part of it, rolled back. */
    record StreamAbort(int xid, int subxid) implements WalMessage {}

    /**
     * A column of a {@link Relation}.
     *
     * @param typeModifier Postgres' typmod, -1 when the type has none
     * @param inIdentity whether the old row's key holds it; under {@code REPLICA IDENTITY FULL} every column is
     */
    record Column(String name, int typeOid, int typeModifier, boolean inIdentity) {}

    /** Which columns of an old row the server sends. */
    enum ReplicaIdentity {
        /** The primary key's, if there is one. */
        DEFAULT,
        /** None: UPDATE and DELETE of a published table fail. */
        NOTHING,
        /** All. */
        FULL,
        /** Those of a chosen unique index. */
        INDEX
    }

    /**
     * A column as sent. Values are slices of the message's buffer: do not change them, and read with absolute gets or
     * through {@code duplicate()}.
     */
    sealed interface Cell {
        Cell NULL = new Null();
        Cell UNCHANGED_TOAST = new UnchangedToast();

        record Null() implements Cell {}

        /** In the form of the type's send function. */
        record Binary(ByteBuffer value) implements Cell {}

        /** In the form of the type's output function, in the walsender's client encoding. */
        record Text(ByteBuffer value) implements Cell {}

        /** A TOASTed value left out because it did not change. Not NULL: see {@link Update#completedAfter}. */
        record UnchangedToast() implements Cell {}
    }

    /** What the server sent of the row as it was; depends on the table's replica identity. */
    sealed interface OldRow {
        /** The identity did not change, so it can be read from the new row. */
        record Absent() implements OldRow {}

        /** As wide as the table; cells of columns outside the identity are NULL, whatever the row held. */
        record Key(List<Cell> cells) implements OldRow {}

        /** The row as it was, TOASTed values included. */
        record Full(List<Cell> cells) implements OldRow {}
    }
}
