package dev.ghee.pgoutput;

import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.OldRow;
import dev.ghee.pgoutput.value.PgText;
import dev.ghee.pgoutput.value.PgType;
import dev.ghee.pgoutput.value.TypeCatalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables rebuilt from the stream alone, the way a subscriber would. The first column is the key. */
final class Replica {
    private final RelationCache relations = new RelationCache();
    private final Map<String, Map<String, List<String>>> tables = new TreeMap<>();
    private final Map<Integer, List<WalMessage.Streamed>> open = new LinkedHashMap<>();
    private int openXid;

    /** Rows by key; a NULL is the word null. */
    Map<String, List<String>> table(String name) {
        return tables.getOrDefault(name, Map.of());
    }

    void apply(WalMessage message) {
        switch (message) {
            case WalMessage.Content content -> change(content);
            case WalMessage.StreamStart start -> openXid = start.xid();
            case WalMessage.Streamed streamed ->
                open.computeIfAbsent(openXid, _ -> new ArrayList<>()).add(streamed);
            case WalMessage.StreamAbort abort -> undo(abort);
            case WalMessage.StreamCommit commit -> {
                List<WalMessage.Streamed> changes = open.remove(commit.xid());
                if (changes != null) {
                    changes.forEach(streamed -> change(streamed.content()));
                }
            }
            case WalMessage.Begin _, WalMessage.Commit _, WalMessage.Origin _, WalMessage.StreamStop _ -> {
                // nothing to apply
            }
        }
    }

    private void undo(WalMessage.StreamAbort abort) {
        if (abort.subxid() == abort.xid()) {
            open.remove(abort.xid());
        } else {
            // Relation messages stay: the server takes them for sent.
            open.getOrDefault(abort.xid(), new ArrayList<>())
                    .removeIf(streamed ->
                            streamed.xid() == abort.subxid() && !(streamed.content() instanceof WalMessage.Relation));
        }
    }

    private void change(WalMessage.Content content) {
        switch (content) {
            case WalMessage.Relation relation -> relations.put(relation);
            case WalMessage.Insert insert -> put(relations.row(insert.relationOid(), insert.row()), List.of());
            case WalMessage.Update update -> {
                Row after = relations.row(update.relationOid(), update.completedAfter());
                List<String> previous = remove(after.relation(), update.before(), after.cells());
                put(after, previous);
            }
            case WalMessage.Delete delete ->
                remove(relations.relation(delete.relationOid()), delete.before(), List.of());
            case WalMessage.Truncate truncate ->
                truncate.relationOids()
                        .forEach(oid -> rows(relations.relation(oid)).clear());
            case WalMessage.Type _, WalMessage.Message _ -> {
                // nothing to apply
            }
        }
    }

    private Map<String, List<String>> rows(WalMessage.Relation relation) {
        return tables.computeIfAbsent(relation.name(), _ -> new TreeMap<>());
    }

    private void put(Row row, List<String> previous) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < row.cells().size(); i++) {
            texts.add(
                    row.cells().get(i) instanceof Cell.UnchangedToast
                            ? previous.get(i)
                            : text(row.relation(), i, row.cells().get(i)));
        }
        if (rows(row.relation()).put(texts.getFirst(), texts) != null) {
            throw new AssertionError("two rows with key " + texts.getFirst());
        }
    }

    private List<String> remove(WalMessage.Relation relation, OldRow before, List<Cell> after) {
        Cell key = switch (before) {
            case OldRow.Absent _ -> after.getFirst();
            case OldRow.Key(List<Cell> cells) -> cells.getFirst();
            case OldRow.Full(List<Cell> cells) -> cells.getFirst();
        };
        List<String> removed = rows(relation).remove(text(relation, 0, key));
        if (removed == null) {
            throw new AssertionError("no row with key " + text(relation, 0, key));
        }
        return removed;
    }

    private static String text(WalMessage.Relation relation, int column, Cell cell) {
        PgType type = TypeCatalog.builtin().type(relation.columns().get(column).typeOid());
        return PgText.of(type, cell).orElse("null");
    }
}
