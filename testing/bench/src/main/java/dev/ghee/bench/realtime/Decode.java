package dev.ghee.bench.realtime;

import dev.ghee.bench.ProcessUsage;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * From the write-ahead log to the topic, beside {@code pg_recvlogical} on the same log. Both catch up with what was
 * written before they began, so that the writer takes none of their time: the app's slot is there, as a gateway that
 * died would leave it, and the gateway begins with the first subscriber, who may see none of the rows.
 */
final class Decode implements Scenario {
    private static final int BULK_ROWS = 300_000;
    private static final int SINGLE_ROWS = 200_000;
    private static final double BAR_RATIO = 0.5;
    private static final double BAR_ROWS = 50_000;
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String TABLE = "CREATE TABLE t (id int, owner_id text, body text)";
    private static final String ROW = "'owner', 'Hello, this is a message'";

    @Override
    public String name() {
        return "decode";
    }

    /** How rows are written. */
    private record Shape(String what, int rows, String write) {
        static Shape bulk(int rows) {
            return new Shape(
                    "one transaction",
                    rows,
                    "INSERT INTO t SELECT i, " + ROW + " FROM generate_series(1, " + rows + ") AS i");
        }

        static Shape single(int rows) {
            return new Shape(
                    "one-row transactions",
                    rows,
                    "DO $$ BEGIN FOR i IN 1.." + rows + " LOOP INSERT INTO t VALUES (i, " + ROW
                            + "); COMMIT; END LOOP; END $$");
        }
    }

    /** Rows a second. */
    private record Rates(double ours, double reference) {}

    @Override
    public void run(Run run) throws Exception {
        int bulk = run.options().scaled(BULK_ROWS);
        int single = run.options().scaled(SINGLE_ROWS);
        for (Shape shape : List.of(Shape.bulk(bulk), Shape.single(single))) {
            measure(run, shape);
            Rates rates = measure(run, shape);
            run.add(new Result(
                    String.format(Locale.ROOT, "Decode to Kafka, %,d rows, %s", shape.rows(), shape.what()),
                    Result.figure(rates.ours(), "rows/s"),
                    Result.figure(rates.reference(), "rows/s"),
                    String.format(Locale.ROOT, "%.2f", rates.ours() / rates.reference()),
                    ">= 0.5 x, or >= 50,000 rows/s",
                    rates.ours() >= BAR_RATIO * rates.reference() || rates.ours() >= BAR_ROWS));
        }
    }

    private static Rates measure(Run run, Shape shape) throws Exception {
        try (RealtimeApp app = RealtimeApp.create(run.stack());
                var topic = new ChangeTopic(run.stack().backing().bootstrapServers())) {
            app.execute(
                    TABLE,
                    "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                    "CREATE POLICY p ON t FOR SELECT TO butterbase_user USING (" + OwnerRate.OWNER + ")");
            app.live("t");
            String end = write(app, shape);
            try (var listener = new Crowd(run.gateway(), Crowd.Check.NONE)) {
                ProcessUsage usage = run.usage();
                long begin = System.nanoTime();
                listener.seat(List.of(app.seat("nobody", "t")));
                topic.awaitQuiet(QUIET, LIMIT);
                String used = usage.report(shape.rows());
                ChangeTopic.Content content = topic.content(app.id());
                run.check("decode, who may see nothing", listener.reception(), 0);
                // One more than were counted: the row that ends the reference.
                if (content.rows() != shape.rows() + 1L || content.repeated() > 0) {
                    run.incomplete("decode: " + content.rows() + " rows on the log of " + (shape.rows() + 1) + ", "
                            + content.repeated() + " repeated");
                }
                double ours = shape.rows() / ((content.completeNanos() - begin) / 1e9);
                double reference = shape.rows() / LogicalReference.seconds(app, end);
                run.say("%s: %,.0f rows/s, pg_recvlogical %,.0f rows/s", shape.what(), ours, reference);
                run.say("  %s", used);
                return new Rates(ours, reference);
            }
        }
    }

    /** Both slots, then the rows; the position after the last. */
    private static String write(RealtimeApp app, Shape shape) throws SQLException {
        try (Connection admin = app.cluster().admin(app.id().database());
                Statement sql = admin.createStatement()) {
            for (String slot : List.of("ghee_" + app.id(), LogicalReference.SLOT)) {
                sql.execute("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            }
            sql.execute("INSERT INTO ghee.realtime_stream (epoch) VALUES (1)");
            sql.execute("SET synchronous_commit = off");
            sql.execute(shape.write());
            String end;
            try (ResultSet row = sql.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
                row.next();
                end = row.getString(1);
            }
            sql.execute("CHECKPOINT");
            sql.execute("INSERT INTO t VALUES (0, 'owner', 'end')");
            return end;
        }
    }
}
