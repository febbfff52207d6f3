package dev.ghee.realtime.slot;

import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.WalDecoder;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.WalMessage.Relation;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the messages of one replication session into parts of transactions. The server sends only what has committed,
 * so a part may go out before the rest of its transaction has arrived: memory is bounded by the part, not by the
 * transaction. A change's sequence counts all changes of its transaction, so it is the same in every session.
 */
final class TransactionReader {
    /** Prefix of the logical message that event triggers write when a statement may change who sees what. */
    private static final String ACCESS_CHANGED = "ghee.access";

    private final CatalogueSource catalogues;
    private final long epoch;
    private final ValueForm form;
    private final int maxRows;
    private final long maxBytes;

    private final Map<Integer, Table> tables = new HashMap<>();
    private Catalogue catalogue;
    private boolean stale;

    private WalMessage.@Nullable Begin begin;
    private List<RowChange> changes = new ArrayList<>();
    private long bytes;
    private int sequence;
    private boolean accessChanged;

    /** Reads the catalogue as it is now. */
    interface CatalogueSource {
        Catalogue read() throws SQLException;
    }

    TransactionReader(CatalogueSource catalogues, long epoch, ValueForm form, int maxRows, long maxBytes)
            throws SQLException {
        this.epoch = epoch;
        this.catalogues = catalogues;
        this.form = form;
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
        this.catalogue = catalogues.read();
    }

    /** The part that this message completes, if it does. */
    Optional<TransactionPart> accept(ByteBuffer message) throws SQLException, TextNeededException {
        int size = message.remaining();
        switch (WalDecoder.decode(message)) {
            case WalMessage.Begin started -> {
                begin = started;
                sequence = 0;
                accessChanged = false;
            }
            case WalMessage.Commit commit -> {
                TransactionPart last = part(Optional.of(commit));
                begin = null;
                return Optional.of(last);
            }
            case WalMessage.Type type -> stale |= !catalogue.types().knows(type.oid());
            case Relation relation -> define(relation);
            case WalMessage.Insert insert -> add(RowChange.of(table(insert.relationOid()), sequence++, insert), size);
            case WalMessage.Update update -> add(RowChange.of(table(update.relationOid()), sequence++, update), size);
            case WalMessage.Delete delete -> add(RowChange.of(table(delete.relationOid()), sequence++, delete), size);
            case WalMessage.Truncate truncate -> {
                for (int oid : truncate.relationOids()) {
                    add(new RowChange.Truncate(table(oid), sequence++), size);
                }
            }
            case WalMessage.Message note -> accessChanged |= note.prefix().equals(ACCESS_CHANGED);
            case WalMessage.Origin _ -> {}
            case WalMessage.StreamStart _,
                    WalMessage.StreamStop _,
                    WalMessage.Streamed _,
                    WalMessage.StreamCommit _,
                    WalMessage.StreamAbort _ ->
                throw new MalformedWalException("a block of an open transaction, which was not asked for");
        }
        return changes.size() >= maxRows || bytes >= maxBytes ? Optional.of(part(Optional.empty())) : Optional.empty();
    }

    private void define(Relation relation) throws SQLException, TextNeededException {
        // A table's key may have changed along with its columns.
        if (stale || tables.containsKey(relation.oid()) || !catalogue.keys().containsKey(relation.oid())) {
            catalogue = catalogues.read();
            stale = false;
        }
        var unreadable = catalogue.types().withoutBinaryCodec(relation);
        if (form == ValueForm.BINARY && !unreadable.isEmpty()) {
            throw new TextNeededException(
                    relation.name(), Integer.toString(unreadable.getFirst().typeOid()));
        }
        tables.put(relation.oid(), new Table(relation, catalogue.types(), catalogue.key(relation.oid())));
    }

    private Table table(int oid) {
        Table table = tables.get(oid);
        if (table == null) {
            throw new MalformedWalException("relation " + Integer.toUnsignedString(oid) + " was not described");
        }
        return table;
    }

    private void add(RowChange change, int size) {
        changes.add(change);
        bytes += size;
    }

    private TransactionPart part(Optional<WalMessage.Commit> commit) {
        WalMessage.Begin started = begin;
        if (started == null) {
            throw new MalformedWalException("a change outside of a transaction");
        }
        var part = new TransactionPart(
                epoch,
                started.commitLsn(),
                started.committedAt(),
                started.xid(),
                accessChanged,
                changes,
                bytes,
                commit.map(WalMessage.Commit::endLsn));
        changes = new ArrayList<>();
        bytes = 0;
        return part;
    }
}
