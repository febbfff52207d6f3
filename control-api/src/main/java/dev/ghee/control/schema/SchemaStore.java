package dev.ghee.control.schema;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Schemas of apps' databases and the ledger of their changes. Blocking. */
@ApplicationScoped
class SchemaStore {
    private static final String RECORD = """
            INSERT INTO ghee.migrations (description, applied_sql) VALUES (?, ?) RETURNING id""";
    private static final String MIGRATIONS = """
            SELECT id, description, applied_sql, applied_at FROM ghee.migrations ORDER BY id DESC LIMIT ?""";
    private static final String COUNT = "SELECT count(*) FROM ";
    private static final String NOT_NULL_VIOLATION = "23502";

    /** Bounds the answer; older entries stay in the ledger. */
    private static final int MAX_MIGRATIONS = 500;

    private final OwnerConnections connections;

    SchemaStore(OwnerConnections connections) {
        this.connections = connections;
    }

    /** What came of a document. */
    sealed interface Outcome {
        /** Texts for people about what they may not have meant. */
        List<String> warnings();

        record UpToDate(List<String> warnings) implements Outcome {}

        record Planned(List<Change> changes, List<String> warnings) implements Outcome {}

        record Applied(List<Change> changes, int migrationId, List<String> warnings) implements Outcome {}
    }

    /** A change of the past. */
    record Migration(int id, String description, String appliedSql, Instant appliedAt) {}

    Schema read(AppState app) {
        return connections.read(app, SchemaReader::read);
    }

    /** Newest first. */
    List<Migration> migrations(AppState app) {
        return connections.read(app, connection -> {
            try (PreparedStatement query = connection.prepareStatement(MIGRATIONS)) {
                query.setInt(1, MAX_MIGRATIONS);
                List<Migration> migrations = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        migrations.add(new Migration(
                                row.getInt(1),
                                row.getString(2),
                                row.getString(3),
                                row.getTimestamp(4).toInstant()));
                    }
                }
                return migrations;
            }
        });
    }

    /**
     * What {@link #apply} would do. Fails with {@code SCHEMA_DESTRUCTIVE_CHANGE} like it, and with
     * {@code SCHEMA_MIGRATION_FAILED} on a default of an existing column that makes no sense to Postgres; whether all
     * else works shows when it is applied.
     */
    Outcome plan(AppState app, DesiredSchema desired) {
        return connections.read(app, connection -> {
            Plan plan = planned(connection, app, desired);
            return plan.changes().isEmpty()
                    ? new Outcome.UpToDate(plan.warnings())
                    : new Outcome.Planned(plan.changes(), plan.warnings());
        });
    }

    /**
     * Makes the database as the document says, in one transaction. Fails with 409 {@code SCHEMA_DESTRUCTIVE_CHANGE} when
     * data would go that the document does not name, {@code SCHEMA_MIGRATION_FAILED} when Postgres refuses a statement,
     * and {@code RESOURCE_CONFLICT} when a table is in use for too long.
     */
    Outcome apply(AppState app, DesiredSchema desired, String name) {
        return connections.change(app, connection -> {
            Plan plan = planned(connection, app, desired);
            if (plan.changes().isEmpty()) {
                return new Outcome.UpToDate(plan.warnings());
            }
            List<String> warnings = new ArrayList<>(plan.warnings());
            PolicyLosses losses = PolicyLosses.watch(connection);
            Savepoint start = connection.setSavepoint();
            for (Change change : plan.changes()) {
                execute(connection, start, change);
            }
            warnings.addAll(losses.warnings(connection));
            TableGrants.settle(connection, app.strictRls());
            return new Outcome.Applied(plan.changes(), record(connection, name, plan.changes()), warnings);
        });
    }

    private record Plan(List<Change> changes, List<String> warnings) {}

    private static Plan planned(Connection connection, AppState app, DesiredSchema desired) throws SQLException {
        Schema current = SchemaReader.read(connection);
        DesiredSchema respelled = respelled(connection, current, desired);
        List<Change> changes = SchemaDiff.between(current, respelled);
        List<String> refused = changes.stream()
                .filter(change -> change.destructive() && !change.authorised())
                .map(Change::description)
                .toList();
        if (!refused.isEmpty()) {
            throw new GheeException(
                            ErrorCode.SCHEMA_DESTRUCTIVE_CHANGE,
                            "The schema would destroy data that it does not say may go")
                    .withDetails(refused);
        }
        List<String> warnings = new ArrayList<>(SchemaDiff.ignored(current, respelled));
        warnings.addAll(OpenTables.warnings(connection, respelled.schema(), app.strictRls()));
        warnings.addAll(ShadowedTables.warnings(respelled.schema()));
        return new Plan(changes, warnings);
    }

    private static DesiredSchema respelled(Connection connection, Schema current, DesiredSchema desired) {
        try {
            return DefaultProbe.respell(connection, current, desired);
        } catch (SQLException e) {
            throw DatabaseFailure.of(e, ErrorCode.SCHEMA_MIGRATION_FAILED, "A default is invalid");
        }
    }

    private static void execute(Connection connection, Savepoint start, Change change) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.setEscapeProcessing(false);
            sql.execute(change.sql());
            if (change instanceof Change.DropTable dropped) {
                sql.execute(new Change.MarkSeed(dropped.table(), false).sql());
            }
        } catch (SQLException e) {
            throw failed(connection, start, change, e);
        }
    }

    private static GheeException failed(Connection connection, Savepoint start, Change change, SQLException e)
            throws SQLException {
        GheeException failure = DatabaseFailure.of(
                e, ErrorCode.SCHEMA_MIGRATION_FAILED, change.description() + " failed, nothing was changed");
        String table = DatabaseFailure.table(e);
        if (!NOT_NULL_VIOLATION.equals(DatabaseFailure.state(e)) || table == null) {
            return failure;
        }
        // A failed transaction answers nothing until it is taken back to where it was sound.
        connection.rollback(start);
        Map<String, Object> details = DatabaseFailure.details(e, NOT_NULL_VIOLATION);
        details.put("existing_row_count", rows(connection, table));
        return failure.withDetails(details);
    }

    private static long rows(Connection connection, String table) throws SQLException {
        try (Statement sql = connection.createStatement();
                ResultSet row = sql.executeQuery(COUNT + DslName.table(table))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static int record(Connection connection, String name, List<Change> changes) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(RECORD)) {
            insert.setString(1, name);
            insert.setString(2, changes.stream().map(Change::sql).collect(Collectors.joining(";\n", "", ";")));
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }
}
