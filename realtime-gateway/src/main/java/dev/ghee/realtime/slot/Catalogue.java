package dev.ghee.realtime.slot;

import dev.ghee.pgoutput.value.TypeCatalog;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the stream itself does not say: a database's own types, and which columns are primary keys.
 *
 * @param keys by the table's oid
 */
public record Catalogue(TypeCatalog types, Map<Integer, Set<String>> keys) {
    private static final String KEYS = """
            SELECT c.conrelid, array_agg(a.attname::text)
            FROM pg_catalog.pg_constraint c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
            WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace
            GROUP BY c.conrelid""";

    public static Catalogue read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return new Catalogue(types(statement), keys(statement));
        }
    }

    public Set<String> key(int relationOid) {
        return keys.getOrDefault(relationOid, Set.of());
    }

    private static TypeCatalog types(Statement statement) throws SQLException {
        List<TypeCatalog.CatalogType> own = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(TypeCatalog.QUERY)) {
            while (rows.next()) {
                own.add(new TypeCatalog.CatalogType(
                        (int) rows.getLong(1),
                        rows.getString(2),
                        (int) rows.getLong(3),
                        (int) rows.getLong(4),
                        rows.getString(5)));
            }
        }
        return TypeCatalog.of(own);
    }

    private static Map<Integer, Set<String>> keys(Statement statement) throws SQLException {
        Map<Integer, Set<String>> keys = new HashMap<>();
        try (ResultSet rows = statement.executeQuery(KEYS)) {
            while (rows.next()) {
                Array columns = rows.getArray(2);
                keys.put((int) rows.getLong(1), Set.of((String[]) columns.getArray()));
            }
        }
        return keys;
    }
}
