package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.RowChanges;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Changes in the form of the log. */
final class ChangeRecords {
    private ChangeRecords() {}

    static RowChanges of(AppId app, TransactionPart part) {
        return record(app, part, true);
    }

    /** Says what happened, and leaves out what the rows held: for rows that are larger than a record may be. */
    static RowChanges withoutImages(AppId app, TransactionPart part) {
        return record(app, part, false);
    }

    private static RowChanges record(AppId app, TransactionPart part, boolean images) {
        List<RowChanges.Relation> relations = new ArrayList<>();
        Map<Table, Integer> indexes = new IdentityHashMap<>();
        List<RowChanges.Change> changes = new ArrayList<>(part.changes().size());
        for (RowChange change : part.changes()) {
            Integer relation = indexes.get(change.table());
            if (relation == null) {
                relation = relations.size();
                indexes.put(change.table(), relation);
                relations.add(relation(change.table()));
            }
            changes.add(new RowChanges.Change(
                    change.sequence(),
                    relation,
                    change.operation().name(),
                    images ? texts(before(change)) : null,
                    images ? texts(after(change)) : null));
        }
        return new RowChanges(
                app,
                part.epoch(),
                part.commitLsn().toString(),
                part.committedAt(),
                part.xid(),
                part.accessChanged(),
                part.end().map(Lsn::toString).orElse(null),
                relations,
                changes);
    }

    private static RowChanges.Relation relation(Table table) {
        var relation = table.relation();
        return new RowChanges.Relation(
                relation.oid(),
                relation.namespace(),
                relation.name(),
                relation.columns().stream()
                        .map(column -> new RowChanges.Column(
                                column.name(),
                                column.typeOid(),
                                column.typeModifier(),
                                table.key().contains(column.name())))
                        .toList());
    }

    private static @Nullable RowImage before(RowChange change) {
        return switch (change) {
            case RowChange.Update update -> update.before();
            case RowChange.Delete delete -> delete.before();
            case RowChange.Insert _, RowChange.Truncate _, RowChange.Incomplete _ -> null;
        };
    }

    private static @Nullable RowImage after(RowChange change) {
        return switch (change) {
            case RowChange.Insert insert -> insert.after();
            case RowChange.Update update -> update.after();
            case RowChange.Delete _, RowChange.Truncate _, RowChange.Incomplete _ -> null;
        };
    }

    private static @Nullable List<@Nullable String> texts(@Nullable RowImage image) {
        return image == null ? null : image.texts();
    }
}
