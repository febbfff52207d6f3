package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random schemas one after the other in one database: each arrives as written, and arriving twice changes nothing. */
class SchemaRoundTripIT {
    private static final int SCHEMAS = Integer.getInteger("ghee.test.schemas", 60);
    private static final long SEED = Long.getLong("ghee.test.seed", System.nanoTime());

    @Test
    void anySchemaFollowsAnyOtherAndIsThenUpToDate() throws SQLException {
        System.out.println("ghee.test.seed=" + SEED);
        var schemas = new RandomSchemas(SEED);
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.connect()) {
            for (int i = 0; i < SCHEMAS; i++) {
                RandomSchemas.Sample sample = schemas.next();
                String context = "seed " + SEED + ", schema " + i;
                DesiredSchema desired = SchemaParser.parse(sample.document());
                List<Change> changes = changes(connection, desired);
                assertThat(changes).as(context).allMatch(Change::authorised);
                execute(connection, changes, context);
                assertThat(SchemaRenderer.render(SchemaReader.read(connection)))
                        .as(context)
                        .isEqualTo(sample.expected());
                assertThat(changes(connection, desired)).as(context).isEmpty();
                assertThat(changes(connection, SchemaParser.parse(sample.expected())))
                        .as("%s, as shown", context)
                        .isEmpty();
            }
        }
    }

    private static List<Change> changes(Connection connection, DesiredSchema desired) throws SQLException {
        Schema current = SchemaReader.read(connection);
        return SchemaDiff.between(current, DefaultProbe.respell(connection, current, desired));
    }

    private static void execute(Connection connection, List<Change> changes, String context) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            for (Change change : changes) {
                try {
                    sql.execute(change.sql());
                    if (change instanceof Change.DropTable dropped) {
                        sql.execute(new Change.MarkSeed(dropped.table(), false).sql());
                    }
                } catch (SQLException e) {
                    throw new SQLException(context + ": " + change.sql(), e);
                }
            }
        }
        connection.commit();
    }
}
