package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.RowChanges;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.value.TypeCatalog;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads one app's records of the log. Tables with the same definition are the same object. For one thread. */
public final class PartReader {
    /** Types with smaller oids are Postgres' own. */
    private static final int FIRST_USER_OID = 16384;

    private static final int MAX_TABLES = 1000;

    private final AppId app;
    private final TypeSource types;
    private final Map<RowChanges.Relation, Table> tables = new HashMap<>();
    private TypeCatalog catalog = TypeCatalog.builtin();

    /** Reads an app's own types. */
    public interface TypeSource {
        TypeCatalog read() throws SQLException;
    }

    public PartReader(AppId app, TypeSource types) {
        this.app = app;
        this.types = types;
    }

    /**
     * Fails with {@link SQLException} when the database cannot be asked for a type, to be tried again, and with
     * {@link IOException} when the record is not one of ours.
     */
    public LoggedPart read(LogRecord record) throws IOException, SQLException {
        RowChanges changes = Contracts.read(record.value(), RowChanges.class);
        if (!changes.appId().equals(app)) {
            throw new IOException("A record of another app");
        }
        List<Table> relations = new ArrayList<>(changes.relations().size());
        for (RowChanges.Relation relation : changes.relations()) {
            relations.add(table(relation));
        }
        try {
            List<RowChange> read = changes.changes().stream()
                    .map(change -> change(relations.get(change.relation()), change))
                    .toList();
            var part = new TransactionPart(
                    changes.epoch(),
                    Lsn.parse(changes.commitLsn()),
                    changes.committedAt(),
                    changes.xid(),
                    changes.accessChanged(),
                    read,
                    record.value().length,
                    Optional.ofNullable(changes.endLsn()).map(Lsn::parse));
            return new LoggedPart(part, record.offset());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("A record with impossible content", e);
        }
    }

    private static RowChange change(Table table, RowChanges.Change change) {
        RowChange.Operation operation = RowChange.Operation.valueOf(change.op());
        RowImage before = image(table, change.before());
        RowImage after = image(table, change.after());
        return switch (operation) {
            case TRUNCATE -> new RowChange.Truncate(table, change.sequence());
            case INSERT ->
                after == null
                        ? new RowChange.Incomplete(table, change.sequence(), operation)
                        : new RowChange.Insert(table, change.sequence(), after);
            case DELETE ->
                before == null
                        ? new RowChange.Incomplete(table, change.sequence(), operation)
                        : new RowChange.Delete(table, change.sequence(), before);
            case UPDATE ->
                before == null || after == null
                        ? new RowChange.Incomplete(table, change.sequence(), operation)
                        : new RowChange.Update(table, change.sequence(), before, after);
        };
    }

    private static @Nullable RowImage image(Table table, @Nullable List<@Nullable String> texts) {
        return texts == null ? null : RowImage.ofTexts(table, texts);
    }

    private Table table(RowChanges.Relation relation) throws SQLException {
        Table known = tables.get(relation);
        if (known != null) {
            return known;
        }
        boolean foreign = relation.columns().stream()
                .anyMatch(column -> Integer.compareUnsigned(column.typeOid(), FIRST_USER_OID) >= 0
                        && !catalog.knows(column.typeOid()));
        if (foreign) {
            catalog = types.read();
        }
        if (tables.size() >= MAX_TABLES) {
            tables.clear();
        }
        Table table = new Table(described(relation), catalog, key(relation));
        tables.put(relation, table);
        return table;
    }

    private static WalMessage.Relation described(RowChanges.Relation relation) {
        return new WalMessage.Relation(
                relation.oid(),
                relation.schema(),
                relation.table(),
                WalMessage.ReplicaIdentity.FULL,
                relation.columns().stream()
                        .map(column -> new WalMessage.Column(column.name(), column.typeOid(), column.typmod(), true))
                        .toList());
    }

    private static Set<String> key(RowChanges.Relation relation) {
        return relation.columns().stream()
                .filter(RowChanges.Column::key)
                .map(RowChanges.Column::name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
