package dev.ghee.realtime.filter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.realtime.database.AppConnections;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Columns of user tables, read when a subscription names some. Blocking. */
@ApplicationScoped
public class ColumnCatalog {
    /** Clients that come back all at once ask once. */
    private static final Duration CACHED = Duration.ofSeconds(2);

    private static final int MAX_CACHED = 1000;

    /** Of a domain, the type beneath, however many domains lie between. */
    private static final String COLUMNS = """
            WITH RECURSIVE c AS (
              SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypid AS base FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = to_regclass(format('public.%I', ?::text)) AND a.attnum > 0 AND NOT a.attisdropped
              UNION ALL
              SELECT c.attrelid, c.attnum, c.attname, c.atttypid, t.typbasetype FROM c
              JOIN pg_catalog.pg_type t ON t.oid = c.base WHERE t.typtype = 'd')
            SELECT c.attname, c.atttypid, t.oid, t.typname, t.typtype = 'e',
              ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
              ARRAY(SELECT r::text FROM unnest('{butterbase_anon,butterbase_user,butterbase_service}'::name[]) r
                    WHERE has_column_privilege(r, c.attrelid, c.attnum, 'SELECT'))
            FROM c JOIN pg_catalog.pg_type t ON t.oid = c.base WHERE t.typtype <> 'd'
            ORDER BY c.attnum""";

    private final AppConnections connections;
    private final Cache<Key, TableColumns> cache = Caffeine.newBuilder()
            .maximumSize(MAX_CACHED)
            .expireAfterWrite(CACHED)
            .build();

    private record Key(AppId app, String table) {}

    ColumnCatalog(AppConnections connections) {
        this.connections = connections;
    }

    /** The columns of a table, at most two seconds old. Fails with {@code EXTERNAL_DB_ERROR}. */
    public TableColumns of(AppState app, String table) {
        var key = new Key(app.appId(), table);
        return cache.get(key, _ -> read(app, table));
    }

    private TableColumns read(AppState app, String table) {
        try (Connection connection = connections.owner(app);
                PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setString(1, table);
            List<TableColumns.Column> columns = new ArrayList<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(column(rows));
                }
            }
            return new TableColumns(columns);
        } catch (SQLException e) {
            throw new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not do as asked", e);
        }
    }

    private static TableColumns.Column column(ResultSet row) throws SQLException {
        boolean isEnum = row.getBoolean(5);
        ValueType type = isEnum
                ? ValueType.LABEL
                : row.getString(4).equals("citext") ? ValueType.CASELESS_TEXT : ValueType.builtin((int) row.getLong(3));
        return new TableColumns.Column(row.getString(1), (int) row.getLong(2), type, texts(row, 6), texts(row, 7));
    }

    private static Set<String> texts(ResultSet row, int column) throws SQLException {
        return Set.of((String[]) row.getArray(column).getArray());
    }
}
