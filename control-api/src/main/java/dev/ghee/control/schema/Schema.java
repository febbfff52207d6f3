package dev.ghee.control.schema;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of an app, as they are or as they are to be. Names have been checked; order is that of the document. */
record Schema(Map<String, Table> tables) {
    Schema {
        tables = ordered(tables);
    }

    Optional<Table> table(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** @param seed whether a clone of the app gets the table's rows too */
    record Table(String name, Map<String, Column> columns, Map<String, Index> indexes, boolean seed) {
        Table {
            columns = ordered(columns);
            indexes = ordered(indexes);
        }

        List<String> primaryKey() {
            return columns.values().stream()
                    .filter(Column::primaryKey)
                    .map(Column::name)
                    .toList();
        }

        Table with(Column column) {
            var changed = new LinkedHashMap<>(columns);
            changed.put(column.name(), column);
            return new Table(name, changed, indexes, seed);
        }
    }

    /**
     * A column. One that is in the primary key or numbers itself is never nullable, whatever a document says.
     *
     * @param defaultValue SQL text; null for none
     */
    record Column(
            String name,
            ColumnType type,
            boolean primaryKey,
            boolean nullable,
            @Nullable String defaultValue,
            boolean unique,
            @Nullable ForeignKey references) {
        Column {
            nullable = nullable && !primaryKey && !type.isSerial();
        }

        Column withDefault(@Nullable String newDefault) {
            return new Column(name, type, primaryKey, nullable, newDefault, unique, references);
        }

        Column withReferences(@Nullable ForeignKey newReferences) {
            return new Column(name, type, primaryKey, nullable, defaultValue, unique, newReferences);
        }
    }

    /** @param constraint the name in the database; null while the key is only wished for */
    record ForeignKey(
            String table,
            String column,
            Action onDelete,
            Action onUpdate,
            @Nullable String constraint) {
        boolean sameAs(ForeignKey other) {
            return table.equals(other.table)
                    && column.equals(other.column)
                    && onDelete == other.onDelete
                    && onUpdate == other.onUpdate;
        }
    }

    /** What happens to a referring row. */
    enum Action {
        NO_ACTION('a'),
        RESTRICT('r'),
        CASCADE('c'),
        SET_NULL('n'),
        SET_DEFAULT('d');

        private final char catalogueCode;

        Action(char catalogueCode) {
            this.catalogueCode = catalogueCode;
        }

        String sql() {
            return name().replace('_', ' ');
        }

        static Optional<Action> parse(String text) {
            String wanted = text.strip().toUpperCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(action -> action.sql().equals(wanted))
                    .findFirst();
        }

        static Action ofCatalogue(String code) {
            return Arrays.stream(values())
                    .filter(action -> action.catalogueCode == code.charAt(0))
                    .findFirst()
                    .orElse(NO_ACTION);
        }
    }

    /**
     * An index over plain columns; those over expressions or parts of a table are not of this world and stay as they
     * are.
     *
     * @param opclass of every column; null for each type's default
     * @param opclassIsDefault on an index that exists: the class is what leaving it out would have given
     */
    record Index(
            String name,
            List<String> columns,
            boolean unique,
            Method method,
            @Nullable String opclass,
            boolean opclassIsDefault) {
        Index {
            columns = List.copyOf(columns);
        }

        /** Whether an existing index is as this one is to be. */
        boolean satisfiedBy(Index existing) {
            boolean opclassFits = opclass == null ? existing.opclassIsDefault : opclass.equals(existing.opclass);
            return columns.equals(existing.columns)
                    && unique == existing.unique
                    && method == existing.method
                    && opclassFits;
        }
    }

    /** Access methods. */
    enum Method {
        BTREE,
        HASH,
        GIST,
        GIN,
        HNSW,
        IVFFLAT;

        String sql() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Method> parse(String text) {
            return Arrays.stream(values())
                    .filter(method -> method.sql().equals(text))
                    .findFirst();
        }
    }

    private static <V> Map<String, V> ordered(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
