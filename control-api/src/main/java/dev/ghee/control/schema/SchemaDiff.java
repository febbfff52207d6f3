package dev.ghee.control.schema;

import dev.ghee.control.schema.Schema.Column;
import dev.ghee.control.schema.Schema.ForeignKey;
import dev.ghee.control.schema.Schema.Index;
import dev.ghee.control.schema.Schema.Table;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to get from one schema to another, in an order that works: tables go, tables come (those referred to
 * first), columns go, come and change, then keys and indexes. Pure. Defaults are compared as text, so both sides have to
 * be in the database's spelling.
 */
final class SchemaDiff {
    private final Schema current;
    private final DesiredSchema desired;

    private SchemaDiff(Schema current, DesiredSchema desired) {
        this.current = current;
        this.desired = desired;
    }

    /**
     * All changes, those that nobody authorised among them. Fails with {@code REQUEST_ERROR} when new tables refer to
     * each other in a circle.
     */
    static List<Change> between(Schema current, DesiredSchema desired) {
        return new SchemaDiff(current, desired).changes();
    }

    /** What the document says and no statement can bring about, for people. */
    static List<String> ignored(Schema current, DesiredSchema desired) {
        var ignored = new ArrayList<String>();
        for (Table wanted : desired.schema().tables().values()) {
            Table existing = current.tables().get(wanted.name());
            if (existing == null) {
                continue;
            }
            for (Column column : wanted.columns().values()) {
                Column now = existing.columns().get(column.name());
                if (now != null && now.primaryKey() != column.primaryKey()) {
                    ignored.add("The primary key of " + wanted.name() + " stays as it is: " + column.name()
                            + " cannot join or leave it");
                } else if (now != null && now.unique() != column.unique() && !now.primaryKey()) {
                    ignored.add("Column " + wanted.name() + "." + column.name() + " stays "
                            + (now.unique() ? "unique" : "not unique") + "; use a unique index instead");
                }
            }
        }
        return ignored;
    }

    private List<Change> changes() {
        var changes = new ArrayList<Change>();
        List<Table> created = byReference();
        List<Table> kept = desired.schema().tables().values().stream()
                .filter(table -> current.table(table.name()).isPresent())
                .toList();
        dropTables(changes);
        var deferred = new ArrayList<Change>();
        for (Table table : created) {
            changes.add(new Change.CreateTable(deferKeys(table, deferred)));
        }
        for (Table table : kept) {
            dropColumns(existing(table), changes);
        }
        for (Table table : kept) {
            addColumns(existing(table), table, changes);
        }
        for (Table table : kept) {
            changeColumns(existing(table), table, changes);
        }
        changes.addAll(deferred);
        for (Table table : kept) {
            changeKeys(existing(table), table, changes);
        }
        for (Table table : desired.schema().tables().values()) {
            changeIndexes(current.tables().get(table.name()), table, changes);
            boolean seeded = current.table(table.name()).map(Table::seed).orElse(false);
            if (seeded != table.seed()) {
                changes.add(new Change.MarkSeed(table.name(), table.seed()));
            }
        }
        return changes;
    }

    private Table existing(Table table) {
        return Objects.requireNonNull(current.tables().get(table.name()));
    }

    private void dropTables(List<Change> changes) {
        for (String table : current.tables().keySet()) {
            if (desired.dropTables().contains(table)) {
                changes.add(new Change.DropTable(table, true));
            } else if (desired.schema().table(table).isEmpty()) {
                changes.add(new Change.DropTable(table, false));
            }
        }
    }

    /** A key to a column that an existing table only gets later cannot be made together with its own table. */
    private Table deferKeys(Table table, List<Change> deferred) {
        Table result = table;
        for (Column column : table.columns().values()) {
            ForeignKey key = column.references();
            Table target = key == null ? null : current.tables().get(key.table());
            if (key != null && target != null && !target.columns().containsKey(key.column())) {
                deferred.add(new Change.AddForeignKey(table.name(), column.name(), key));
                result = result.with(column.withReferences(null));
            }
        }
        return result;
    }

    private void dropColumns(Table existing, List<Change> changes) {
        Set<String> drops = desired.dropColumns().getOrDefault(existing.name(), Set.of());
        for (String column : existing.columns().keySet()) {
            if (drops.contains(column)) {
                changes.add(new Change.DropColumn(existing.name(), column));
            }
        }
    }

    private static void addColumns(Table existing, Table wanted, List<Change> changes) {
        for (Column column : wanted.columns().values()) {
            if (!existing.columns().containsKey(column.name())) {
                changes.add(new Change.AddColumn(wanted.name(), column));
            }
        }
    }

    private static void changeColumns(Table existing, Table wanted, List<Change> changes) {
        for (Column column : wanted.columns().values()) {
            Column now = existing.columns().get(column.name());
            if (now == null) {
                continue;
            }
            if (!now.type().equals(column.type())) {
                changes.add(new Change.ChangeType(wanted.name(), column.name(), now.type(), column.type()));
                continue;
            }
            // The primary key does not change, and with it neither does what it demands.
            boolean nullable = column.nullable() && !now.primaryKey();
            if (now.nullable() != nullable) {
                changes.add(new Change.SetNullable(wanted.name(), column.name(), nullable));
            }
            if (!Objects.equals(now.defaultValue(), column.defaultValue())) {
                changes.add(
                        column.defaultValue() == null
                                ? new Change.DropDefault(wanted.name(), column.name())
                                : new Change.SetDefault(wanted.name(), column.name(), column.defaultValue()));
            }
        }
    }

    /** A key that the document does not mention stays. */
    private void changeKeys(Table existing, Table wanted, List<Change> changes) {
        for (Column column : wanted.columns().values()) {
            ForeignKey key = column.references();
            Column before = existing.columns().get(column.name());
            ForeignKey now = before == null ? null : before.references();
            if (key == null
                    || (now != null
                            && key.sameAs(now)
                            && current.table(key.table()).isPresent())) {
                continue;
            }
            if (now != null && now.constraint() != null) {
                changes.add(new Change.DropForeignKey(wanted.name(), column.name(), now.constraint()));
            }
            changes.add(new Change.AddForeignKey(wanted.name(), column.name(), key));
        }
    }

    private static void changeIndexes(@Nullable Table existing, Table wanted, List<Change> changes) {
        Map<String, Index> now = existing == null ? Map.of() : existing.indexes();
        for (Index index : now.values()) {
            Index kept = wanted.indexes().get(index.name());
            if (kept == null || !kept.satisfiedBy(index)) {
                changes.add(new Change.DropIndex(wanted.name(), index.name()));
            }
        }
        for (Index index : wanted.indexes().values()) {
            Index before = now.get(index.name());
            if (before == null || !index.satisfiedBy(before)) {
                changes.add(new Change.CreateIndex(wanted.name(), index));
            }
        }
    }

    /** New tables, each after the new tables that it refers to; otherwise in the document's order. */
    private List<Table> byReference() {
        var waiting = new LinkedHashMap<String, Table>();
        for (Table table : desired.schema().tables().values()) {
            if (current.table(table.name()).isEmpty()) {
                waiting.put(table.name(), table);
            }
        }
        var sorted = new ArrayList<Table>();
        while (!waiting.isEmpty()) {
            Table next = waiting.values().stream()
                    .filter(table -> table.columns().values().stream()
                            .map(Column::references)
                            .filter(Objects::nonNull)
                            .allMatch(key -> key.table().equals(table.name()) || !waiting.containsKey(key.table())))
                    .findFirst()
                    .orElseThrow(() -> new GheeException(
                            ErrorCode.REQUEST_ERROR,
                            "New tables refer to each other in a circle: "
                                    + String.join(
                                            ", ",
                                            waiting.keySet().stream()
                                                    .sorted(Comparator.naturalOrder())
                                                    .toList())));
            waiting.remove(next.name());
            sorted.add(next);
        }
        return sorted;
    }
}
