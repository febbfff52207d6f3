package dev.ghee.control.schema;

import dev.ghee.contracts.AppState;
import dev.ghee.control.region.Regions;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Transactions in an app's database as the role that owns it. A connection is opened for each and closed after it:
 * changes of a schema are rare, and connections held for every app would be many. Blocking: call it on a virtual thread.
 */
@ApplicationScoped
public class OwnerConnections {
    /** Any constant will do, as long as every process uses the same; the database is the app's own. */
    private static final long CHANGE_LOCK = 0x6768656563686eL;

    private static final int STRIPES = 64;
    private static final Duration NETWORK_SLACK = Duration.ofSeconds(10);
    private static final String TRY_AGAIN_SECONDS = "5";

    private final Regions regions;
    private final SchemaConfig config;
    private final Semaphore total;
    private final Semaphore[] byApp;

    OwnerConnections(Regions regions, SchemaConfig config) {
        this.regions = regions;
        this.config = config;
        this.total = new Semaphore(config.maxConnections(), true);
        // Apps that share a stripe share its width; cheaper than one semaphore per app that ever asked.
        this.byApp = Stream.generate(() -> new Semaphore(config.maxConnectionsPerApp(), true))
                .limit(STRIPES)
                .toArray(Semaphore[]::new);
    }

    /** What is done within the transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /**
     * The result of the work, whose transaction is undone in any case. Fails with {@link DatabaseFailure}'s errors and
     * whatever the work throws.
     */
    public <T> T read(AppState app, Work<T> work) {
        return connected(app, work);
    }

    /**
     * The result of the work, once its transaction is committed. Changes of one app happen one after the other, in
     * whichever process. Fails like {@link #read}, and then nothing has changed.
     */
    public <T> T change(AppState app, Work<T> work) {
        return connected(app, connection -> {
            try (Statement sql = connection.createStatement()) {
                sql.execute("SELECT pg_advisory_xact_lock(" + CHANGE_LOCK + ")");
            }
            T result = work.in(connection);
            connection.commit();
            return result;
        });
    }

    /** A connection that is closed without a commit takes its transaction with it. */
    private <T> T connected(AppState app, Work<T> work) {
        Semaphore ofApp = byApp[Math.floorMod(app.appId().hashCode(), STRIPES)];
        if (!acquired(ofApp)) {
            throw new GheeException(
                    ErrorCode.RESOURCE_CONFLICT, "Too many requests are working on this app's schema; try again");
        }
        try {
            if (!acquired(total)) {
                throw new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "Too many schema changes at once; try again")
                        .withStatus(503)
                        .withHeader("Retry-After", TRY_AGAIN_SECONDS);
            }
            try (Connection connection =
                    regions.cluster(app.region()).owner(app.appId().database())) {
                prepare(connection);
                return work.in(connection);
            } catch (SQLException e) {
                throw DatabaseFailure.of(e, ErrorCode.EXTERNAL_DB_ERROR, "The app's database refused the operation");
            } finally {
                total.release();
            }
        } finally {
            ofApp.release();
        }
    }

    /** Temporary tables must not hide the app's, and constants must mean what {@link SqlExpression} takes them for. */
    private void prepare(Connection connection) throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute(
                    "SET search_path = public, pg_temp; SET standard_conforming_strings = on; SET statement_timeout = "
                            + config.statementTimeout().toMillis() + "; SET lock_timeout = "
                            + config.lockTimeout().toMillis()
                            + "; SET idle_in_transaction_session_timeout = 60000");
        }
        Duration answer = config.statementTimeout().plus(config.lockTimeout()).plus(NETWORK_SLACK);
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(answer.toMillis()));
        connection.setAutoCommit(false);
    }

    private boolean acquired(Semaphore semaphore) {
        Duration patience = config.lockTimeout();
        try {
            return semaphore.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
