package dev.ghee.control.schema;

import dev.ghee.control.schema.Schema.Action;
import dev.ghee.control.schema.Schema.Column;
import dev.ghee.control.schema.Schema.ForeignKey;
import dev.ghee.control.schema.Schema.Index;
import dev.ghee.control.schema.Schema.Table;
import dev.ghee.tenancy.rls.SqlIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One step from the schema as it is to the schema as it is to be: one statement. */
sealed interface Change {
    String sql();

    /** For people; holds names, no SQL. */
    String description();

    /** Whether data goes. */
    default boolean destructive() {
        return false;
    }

    /** Whether the document says that the data may go. */
    default boolean authorised() {
        return true;
    }

    record DropTable(String table, boolean authorised) implements Change {
        @Override
        public String sql() {
            return "DROP TABLE " + DslName.table(table) + " CASCADE";
        }

        @Override
        public String description() {
            return "Drop table " + table;
        }

        @Override
        public boolean destructive() {
            return true;
        }
    }

    record CreateTable(Table table) implements Change {
        @Override
        public String sql() {
            List<String> parts = new ArrayList<>();
            for (Column column : table.columns().values()) {
                parts.add(definition(column));
            }
            if (!table.primaryKey().isEmpty()) {
                parts.add("PRIMARY KEY " + columnList(table.primaryKey()));
            }
            for (Column column : table.columns().values()) {
                if (column.references() != null) {
                    parts.add(foreignKey(table.name(), column.name(), column.references()));
                }
            }
            return "CREATE TABLE " + DslName.table(table.name()) + " (\n  " + String.join(",\n  ", parts) + "\n)";
        }

        @Override
        public String description() {
            return "Create table " + table.name();
        }
    }

    record DropColumn(String table, String column) implements Change {
        /** Without CASCADE: a policy that reads the column has to be changed first, not lost. */
        @Override
        public String sql() {
            return alter(table) + "DROP COLUMN " + SqlIdentifier.quote(column);
        }

        @Override
        public String description() {
            return "Drop column " + table + "." + column;
        }

        @Override
        public boolean destructive() {
            return true;
        }
    }

    record AddColumn(String table, Column column) implements Change {
        @Override
        public String sql() {
            return alter(table) + "ADD COLUMN " + definition(column) + (column.primaryKey() ? " PRIMARY KEY" : "");
        }

        @Override
        public String description() {
            return "Add column " + table + "." + column.name();
        }
    }

    /** Never authorised: a conversion can lose data in ways that only its author can judge. */
    record ChangeType(String table, String column, ColumnType from, ColumnType to) implements Change {
        @Override
        public String sql() {
            return alter(table) + "ALTER COLUMN " + SqlIdentifier.quote(column) + " TYPE " + to.name();
        }

        @Override
        public String description() {
            return "Change the type of " + table + "." + column + " from " + from + " to " + to;
        }

        @Override
        public boolean destructive() {
            return true;
        }

        @Override
        public boolean authorised() {
            return false;
        }
    }

    record SetNullable(String table, String column, boolean nullable) implements Change {
        @Override
        public String sql() {
            return alter(table) + "ALTER COLUMN " + SqlIdentifier.quote(column) + (nullable ? " DROP" : " SET")
                    + " NOT NULL";
        }

        @Override
        public String description() {
            return (nullable ? "Allow" : "Forbid") + " null in " + table + "." + column;
        }
    }

    record SetDefault(String table, String column, String value) implements Change {
        @Override
        public String sql() {
            return alter(table) + "ALTER COLUMN " + SqlIdentifier.quote(column) + " SET DEFAULT (" + value + ")";
        }

        @Override
        public String description() {
            return "Set the default of " + table + "." + column;
        }
    }

    record DropDefault(String table, String column) implements Change {
        @Override
        public String sql() {
            return alter(table) + "ALTER COLUMN " + SqlIdentifier.quote(column) + " DROP DEFAULT";
        }

        @Override
        public String description() {
            return "Drop the default of " + table + "." + column;
        }
    }

    record DropForeignKey(String table, String column, String constraint) implements Change {
        /** It is gone already when the table it pointed to was dropped. */
        @Override
        public String sql() {
            return alter(table) + "DROP CONSTRAINT IF EXISTS " + SqlIdentifier.quote(constraint);
        }

        @Override
        public String description() {
            return "Drop the foreign key of " + table + "." + column;
        }
    }

    record AddForeignKey(String table, String column, ForeignKey key) implements Change {
        @Override
        public String sql() {
            return alter(table) + "ADD " + foreignKey(table, column, key);
        }

        @Override
        public String description() {
            return "Make " + table + "." + column + " refer to " + key.table() + "." + key.column();
        }
    }

    record DropIndex(String table, String index) implements Change {
        /** It is gone already when one of its columns was dropped. */
        @Override
        public String sql() {
            return "DROP INDEX IF EXISTS " + DslName.table(index);
        }

        @Override
        public String description() {
            return "Drop index " + index + " of " + table;
        }
    }

    record CreateIndex(String table, Index index) implements Change {
        @Override
        public String sql() {
            String opclass = index.opclass() == null ? "" : " " + SqlIdentifier.quote(index.opclass());
            return "CREATE " + (index.unique() ? "UNIQUE " : "") + "INDEX " + SqlIdentifier.quote(index.name()) + " ON "
                    + DslName.table(table) + " USING "
                    + index.method().sql()
                    + index.columns().stream()
                            .map(column -> SqlIdentifier.quote(column) + opclass)
                            .collect(Collectors.joining(", ", " (", ")"));
        }

        @Override
        public String description() {
            return "Create index " + index.name() + " of " + table;
        }
    }

    record MarkSeed(String table, boolean seed) implements Change {
        @Override
        public String sql() {
            String name = DslName.literal(table);
            return seed
                    ? "INSERT INTO ghee.seed_tables (table_name) VALUES (" + name + ") ON CONFLICT DO NOTHING"
                    : "DELETE FROM ghee.seed_tables WHERE table_name = " + name;
        }

        @Override
        public String description() {
            return (seed ? "Copy" : "Do not copy") + " the rows of " + table + " to clones";
        }
    }

    private static String alter(String table) {
        return "ALTER TABLE " + DslName.table(table) + " ";
    }

    /** The default stands in parentheses, which {@link SqlExpression} makes sure it cannot leave. */
    private static String definition(Column column) {
        return SqlIdentifier.quote(column.name()) + " " + column.type().name()
                + (column.nullable() ? "" : " NOT NULL")
                + (column.defaultValue() == null ? "" : " DEFAULT (" + column.defaultValue() + ")")
                + (column.unique() ? " UNIQUE" : "");
    }

    private static String foreignKey(String table, String column, ForeignKey key) {
        return "CONSTRAINT " + SqlIdentifier.quote(DslName.derived("fk_" + table + "_" + column))
                + " FOREIGN KEY " + columnList(List.of(column)) + " REFERENCES " + DslName.table(key.table())
                + " " + columnList(List.of(key.column()))
                + (key.onDelete() == Action.NO_ACTION
                        ? ""
                        : " ON DELETE " + key.onDelete().sql())
                + (key.onUpdate() == Action.NO_ACTION
                        ? ""
                        : " ON UPDATE " + key.onUpdate().sql());
    }

    private static String columnList(List<String> columns) {
        return columns.stream().map(SqlIdentifier::quote).collect(Collectors.joining(", ", "(", ")"));
    }
}
