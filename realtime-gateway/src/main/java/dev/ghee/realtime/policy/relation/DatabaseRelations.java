package dev.ghee.realtime.policy.relation;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.publication.RelationTables;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Reads the rows from the app's database, one table after the other, on a thread of its own. */
final class DatabaseRelations implements RelationSource {
    private static final Logger LOG = Logger.getLogger(DatabaseRelations.class);
    private static final Duration FIRST_POLL = Duration.ofMillis(10);
    private static final Duration LAST_POLL = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LATER = Duration.ofMinutes(5);
    private static final int REFRESHES_PER_LEASE = 4;

    private static final String NEXT_XID = "SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())";
    private static final String ALL_ENDED = """
            SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) >= '%s'::xid8""";
    /** The snapshot is taken before the function is called, so that no commit after it is in the snapshot. */
    private static final String BASELINE = """
            SELECT pg_catalog.pg_current_snapshot()::text, pg_catalog.pg_current_wal_insert_lsn()::text""";

    private final Supplier<AppState> app;
    private final AppConnections connections;
    private final RelationTables tables;
    private final RelationConfig config;
    private final MeterRegistry metrics;
    private final ScheduledExecutorService worker;
    private volatile Set<Integer> needed = Set.of();
    private boolean leasing;

    DatabaseRelations(
            Supplier<AppState> app,
            AppConnections connections,
            RelationTables tables,
            RelationConfig config,
            MeterRegistry metrics) {
        this.app = app;
        this.connections = connections;
        this.tables = tables;
        this.config = config;
        this.metrics = metrics;
        this.worker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("relations-", 0).factory());
    }

    @Override
    public CompletableFuture<Loaded> load(RelationNeed need, Shape shape, Allowance allowance) {
        var loaded = new CompletableFuture<Loaded>();
        try {
            worker.execute(() -> complete(loaded, need, shape, allowance));
        } catch (RejectedExecutionException e) {
            // Closed meanwhile.
            loaded.completeExceptionally(e);
        }
        return loaded;
    }

    private void complete(CompletableFuture<Loaded> loaded, RelationNeed need, Shape shape, Allowance allowance) {
        if (loaded.isDone()) {
            return;
        }
        String outcome = "refused";
        try {
            loaded.complete(read(need, shape, allowance));
            outcome = "read";
        } catch (RefusedException | SQLException | RuntimeException | Error e) {
            loaded.completeExceptionally(e);
        } catch (InterruptedException e) {
            // Only close() interrupts.
            loaded.completeExceptionally(e);
        }
        metrics.counter("ghee.realtime.relations.loads", "outcome", outcome).increment();
    }

    private Loaded read(RelationNeed need, Shape shape, Allowance allowance)
            throws SQLException, RefusedException, InterruptedException {
        publish(need);
        try (Connection connection = connections.canonical(app.get());
                Statement statement = connection.createStatement()) {
            awaitOpenTransactions(statement);
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            // Before the snapshot: a rewritten table looks empty to snapshots from before.
            statement.execute("LOCK TABLE " + qualified(need) + " IN ACCESS SHARE MODE");
            Baseline baseline = baseline(statement);
            if (!tables.isFollowed(connection, need.oid(), need.schema(), need.table(), shape.columns())) {
                // Whatever puts that right is told by an access message, and then it is read again at once.
                throw new RefusedException("it lacks a column that policies read, or is not published whole", LATER);
            }
            return new Loaded(copy(connection, need, shape, allowance), baseline);
        }
    }

    private void publish(RelationNeed need) throws SQLException, RefusedException {
        try {
            tables.publish(app.get(), need.oid(), need.schema(), need.table(), config.lockTimeout());
        } catch (RelationTables.NotPublishableException e) {
            throw new RefusedException(String.valueOf(e.getMessage()), e.isPassing() ? SOON : LATER, e);
        }
    }

    /**
     * The log may have told of a transaction that snapshots do not show yet: a commit is written before the transaction
     * leaves the list of running ones.
     */
    private void awaitOpenTransactions(Statement statement)
            throws SQLException, RefusedException, InterruptedException {
        String next = text(statement, NEXT_XID);
        long deadline = System.nanoTime() + config.openTransactions().toNanos();
        Duration pause = FIRST_POLL;
        while (!text(statement, ALL_ENDED.formatted(next)).equals("t")) {
            if (System.nanoTime() - deadline >= 0) {
                throw new RefusedException("a long transaction is open", SOON);
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LAST_POLL) < 0 ? pause.multipliedBy(2) : LAST_POLL;
        }
    }

    private static Baseline baseline(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(BASELINE)) {
            row.next();
            return Baseline.of(row.getString(1), Lsn.parse(row.getString(2)));
        }
    }

    private static HeldRelation copy(Connection connection, RelationNeed need, Shape shape, Allowance allowance)
            throws SQLException, RefusedException {
        List<String> columns =
                shape.columns().stream().map(RelationTables::quoted).toList();
        CopyOut rows = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (SELECT " + String.join(", ", columns) + " FROM " + qualified(need) + ") TO STDOUT");
        var relation = new HeldRelation(shape);
        for (byte[] line = rows.readFromCopy(); line != null; line = rows.readFromCopy()) {
            relation.add(new Row(shape, CopyLine.values(line, columns.size())));
            if (!allowance.allows(relation)) {
                rows.cancelCopy();
                throw new RefusedException(
                        "the tables that policies ask for membership have more rows than may be kept", LATER);
            }
        }
        return relation;
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String qualified(RelationNeed need) {
        return RelationTables.quoted(need.schema()) + "." + RelationTables.quoted(need.table());
    }

    @Override
    public synchronized void needed(Set<Integer> oids) {
        needed = oids;
        if (!leasing && !oids.isEmpty()) {
            leasing = true;
            long period = Math.max(1, config.lease().toMillis() / REFRESHES_PER_LEASE);
            worker.scheduleWithFixedDelay(this::lease, period, period, TimeUnit.MILLISECONDS);
        }
    }

    private void lease() {
        try {
            tables.lease(app.get(), needed, config.lease(), config.lockTimeout());
        } catch (SQLException | RuntimeException e) {
            LOG.warnf("Needed tables not marked: app=%s cause=%s", app.get().appId(), e.getMessage());
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
