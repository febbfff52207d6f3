package dev.ghee.realtime.delivery;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.slot.Catalogue;
import dev.ghee.realtime.subscription.Role;
import dev.ghee.realtime.subscription.Viewer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that a viewer sees at one moment, and which transactions that moment has. One transaction under
 * the viewer's role and claims; rows are read in portions.
 */
final class TableSnapshot implements AutoCloseable {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    /** The first statement takes the snapshot; the position is read after it, so nothing visible lies behind it. */
    private static final String MOMENT = """
            SELECT pg_catalog.pg_current_snapshot()::text, pg_catalog.pg_current_wal_insert_lsn()::text""";

    private static final String CLAIMS = """
            SELECT set_config('role', ?, true), set_config('app.role', ?, true),
              set_config('request.jwt.claim.sub', ?, true), set_config('request.jwt.claims', ?, true)""";

    /** Without row-level security the data API's rule holds: users see all unless the app is strict, others nothing. */
    private static final String COLUMNS = """
            SELECT c.oid, a.attname, a.atttypid, a.atttypmod, c.relrowsecurity
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ?
              AND a.attgenerated = '' AND has_column_privilege(c.oid, a.attnum, 'SELECT')
            ORDER BY a.attnum""";

    private final Connection connection;
    private final TransactionSnapshot transactions;
    private final Lsn lsn;
    private final Optional<Table> table;

    private TableSnapshot(Connection connection, TransactionSnapshot transactions, Lsn lsn, Optional<Table> table) {
        this.connection = connection;
        this.transactions = transactions;
        this.lsn = lsn;
        this.table = table;
    }

    static TableSnapshot open(AppConnections connections, AppState app, Viewer viewer, String name)
            throws SQLException {
        Catalogue catalogue;
        try (Connection slots = connections.slots(app)) {
            catalogue = Catalogue.read(slots);
        }
        Connection connection = connections.reader(app);
        try (Statement statement = connection.createStatement()) {
            statement.execute(BEGIN);
            TransactionSnapshot transactions;
            Lsn lsn;
            try (ResultSet row = statement.executeQuery(MOMENT)) {
                row.next();
                transactions = TransactionSnapshot.parse(row.getString(1));
                lsn = Lsn.parse(row.getString(2));
            }
            claim(connection, viewer);
            Optional<Table> table = table(connection, app, viewer, name, catalogue);
            if (table.isPresent()) {
                declare(statement, table.get());
            }
            return new TableSnapshot(connection, transactions, lsn, table);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void claim(Connection connection, Viewer viewer) throws SQLException {
        try (PreparedStatement claims = connection.prepareStatement(CLAIMS)) {
            claims.setString(1, viewer.role().database());
            claims.setString(2, viewer.role().database());
            claims.setString(3, viewer.subject());
            claims.setString(4, viewer.claims());
            claims.execute();
        }
    }

    private static Optional<Table> table(
            Connection connection, AppState app, Viewer viewer, String name, Catalogue catalogue) throws SQLException {
        List<WalMessage.Column> columns = new ArrayList<>();
        int oid = 0;
        boolean secured = false;
        try (PreparedStatement find = connection.prepareStatement(COLUMNS)) {
            find.setString(1, name);
            try (ResultSet rows = find.executeQuery()) {
                while (rows.next()) {
                    oid = (int) rows.getLong(1);
                    columns.add(new WalMessage.Column(rows.getString(2), (int) rows.getLong(3), rows.getInt(4), true));
                    secured = rows.getBoolean(5);
                }
            }
        }
        boolean open = viewer.role() == Role.SERVICE || secured || (viewer.role() == Role.USER && !app.strictRls());
        if (columns.isEmpty() || !open) {
            return Optional.empty();
        }
        var relation = new WalMessage.Relation(oid, Table.PUBLIC, name, WalMessage.ReplicaIdentity.FULL, columns);
        return Optional.of(new Table(relation, catalogue.types(), catalogue.key(oid)));
    }

    private static void declare(Statement statement, Table table) throws SQLException {
        String columns = table.relation().columns().stream()
                .map(column -> quoted(column.name()))
                .collect(Collectors.joining(", "));
        statement.execute("DECLARE ghee_rows NO SCROLL CURSOR FOR SELECT " + columns + " FROM " + Table.PUBLIC + '.'
                + quoted(table.name()));
    }

    TransactionSnapshot transactions() {
        return transactions;
    }

    /** Everything that the snapshot has was committed before this position. */
    Lsn lsn() {
        return lsn;
    }

    /** The table with the columns that the viewer may read; empty when it may read nothing. */
    Optional<Table> table() {
        return table;
    }

    Set<String> columns() {
        return table.map(found -> found.relation().columns().stream()
                        .map(WalMessage.Column::name)
                        .collect(Collectors.toUnmodifiableSet()))
                .orElse(Set.of());
    }

    /** The next rows, at most so many; none when there are no more. */
    List<RowImage> next(int rows) throws SQLException {
        if (table.isEmpty()) {
            return List.of();
        }
        List<RowImage> images = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("FETCH " + rows + " FROM ghee_rows")) {
            int width = table.get().relation().columns().size();
            while (found.next()) {
                List<@Nullable String> texts = new ArrayList<>(width);
                for (int column = 1; column <= width; column++) {
                    texts.add(found.getString(column));
                }
                images.add(RowImage.ofTexts(table.get(), texts));
            }
        }
        return images;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
