package dev.ghee.control.data;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.RlsStatement;
import dev.ghee.tenancy.rls.SqlIdentifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A user's table as it was when the catalog was read, with the statements already made for it. */
final class Table {
    private static final int MAX_STATEMENTS = 500;

    private final SqlIdentifier identifier;
    private final Map<String, Column> columns;
    private final List<String> primaryKey;
    private final Cache<StatementShape, RlsStatement> statements = Caffeine.newBuilder()
            .maximumSize(MAX_STATEMENTS)
            .executor(Runnable::run)
            .build();

    /** The arguments name columns in the table's order, and the key's in its own. */
    Table(SqlIdentifier identifier, List<Column> columns, List<String> primaryKey) {
        this.identifier = identifier;
        this.columns = new LinkedHashMap<>();
        columns.forEach(column -> this.columns.put(column.name(), column));
        this.primaryKey = List.copyOf(primaryKey);
    }

    /** Schema and name, ready to be spliced. */
    String qualified() {
        return "public." + identifier.quoted();
    }

    String name() {
        return identifier.name();
    }

    @Nullable
    Column column(String name) {
        return columns.get(name);
    }

    Column requireColumn(String name) {
        return Objects.requireNonNull(columns.get(name));
    }

    List<Column> columns() {
        return List.copyOf(columns.values());
    }

    boolean hasBytes() {
        return columns.values().stream().anyMatch(Column::isBytes);
    }

    /** Fails with {@code VALIDATION_INVALID_SCHEMA} unless exactly one column is the primary key. */
    Column singleKey() {
        if (primaryKey.size() != 1) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_SCHEMA,
                    primaryKey.isEmpty()
                            ? "The table has no primary key; use filters instead of an id"
                            : "The table's primary key has several columns; use filters instead of an id");
        }
        return requireColumn(primaryKey.getFirst());
    }

    /** The statement of this shape, made now if it is the first of its kind. */
    RlsStatement statement(StatementShape shape, Function<StatementShape, RlsStatement> make) {
        return statements.get(shape, make);
    }

    /** Whether both describe the same columns of the same table, so that statements for one serve the other. */
    boolean sameAs(Table other) {
        return identifier.equals(other.identifier)
                && List.copyOf(columns.values()).equals(List.copyOf(other.columns.values()))
                && primaryKey.equals(other.primaryKey);
    }
}
