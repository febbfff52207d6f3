package dev.ghee.realtime.slot;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.database.AppConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * One replication connection on an app's slot, read by one thread. It starts at the position confirmed last, so a new
 * session repeats what an earlier one had not confirmed.
 *
 * <p>While nothing is unconfirmed, the driver confirms the positions of the server's keepalives, so that the slot of an
 * idle app does not hold back the WAL of its busy neighbours. Source: {@code V3PGReplicationStream}, automatic flush.
 */
public final class WalSession implements AutoCloseable {
    public static final String PUBLICATION = "ghee_realtime";

    /**
     * While nothing happens. The driver answers the server's question for a sign of life only after its next read, so up
     * to this much later; the server asks after half of its time limit of ten seconds.
     */
    private static final int STATUS_MILLIS = 2000;

    /** While changes come: how much of them is repeated after a failure. */
    private static final long CONFIRM_NANOS = 500_000_000;

    /** SQLSTATEs of {@code START_REPLICATION} and of the stream. */
    private static final String OBJECT_NOT_IN_PREREQUISITE_STATE = "55000";

    private static final String UNDEFINED_OBJECT = "42704";
    private static final String OBJECT_IN_USE = "55006";

    private final Connection connection;
    private final PGReplicationStream stream;
    private final TransactionReader transactions;
    private volatile @Nullable Lsn confirmed;
    private @Nullable Lsn told;
    private long toldAt = System.nanoTime();

    private WalSession(Connection connection, PGReplicationStream stream, TransactionReader transactions) {
        this.connection = connection;
        this.stream = stream;
        this.transactions = transactions;
    }

    /** Most that one part of a transaction holds. */
    public record PartLimits(int rows, long bytes) {}

    /**
     * Fails with {@link SlotLostException} when the slot cannot be read any more, and with {@link SQLException} when it
     * may be later; {@link #isInUse} tells whether another reader has it.
     *
     * @param reader who reads, for those who look at the slot
     */
    public static WalSession open(
            AppConnections connections, AppState app, String reader, long epoch, ValueForm form, PartLimits limits)
            throws SQLException, SlotLostException {
        Connection connection = connections.replication(app, reader);
        try {
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(SlotName.of(app.appId()).value())
                    .withStatusInterval(STATUS_MILLIS, TimeUnit.MILLISECONDS)
                    .withSlotOption("proto_version", 2)
                    .withSlotOption("publication_names", PUBLICATION)
                    .withSlotOption("messages", true)
                    .withSlotOption("binary", form == ValueForm.BINARY)
                    .start();
            var transactions = new TransactionReader(
                    () -> {
                        try (Connection catalogue = connections.slots(app)) {
                            return Catalogue.read(catalogue);
                        }
                    },
                    epoch,
                    form,
                    limits.rows(),
                    limits.bytes());
            return new WalSession(connection, stream, transactions);
        } catch (SQLException e) {
            connection.close();
            throw lostOr(e);
        }
    }

    /** Waits for the next part. Fails like {@link #open}, and with {@code MalformedWalException}. */
    public TransactionPart next() throws SQLException, SlotLostException, TextNeededException {
        try {
            while (true) {
                tell();
                Optional<TransactionPart> part = transactions.accept(stream.read());
                if (part.isPresent()) {
                    return part.get();
                }
            }
        } catch (SQLException e) {
            throw lostOr(e);
        }
    }

    /** The driver tells by itself too, but seldom: that costs something for each idle app. */
    private void tell() throws SQLException {
        Lsn now = confirmed;
        if (now != null && !now.equals(told) && System.nanoTime() - toldAt > CONFIRM_NANOS) {
            stream.forceUpdateStatus();
            told = now;
            toldAt = System.nanoTime();
        }
    }

    /**
     * Everything up to here is safe elsewhere; sent to the server within half a second while changes come, else within
     * two. From any thread.
     */
    public void confirm(Lsn position) {
        confirmed = position;
        LogSequenceNumber lsn = LogSequenceNumber.valueOf(position.offset());
        stream.setAppliedLSN(lsn);
        stream.setFlushedLSN(lsn);
    }

    /** Keeps the server from ending the connection while the reader is held up. By the reading thread. */
    public void keepAlive() throws SQLException {
        stream.forceUpdateStatus();
    }

    /** Ends the session at once, from any thread; a waiting {@link #next} fails. */
    public void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            // Closed already, which is what was wanted.
            return;
        }
    }

    /** Tells the server what was confirmed, then ends the session. By the reading thread. */
    @Override
    public void close() {
        try {
            if (!connection.isClosed()) {
                stream.forceUpdateStatus();
            }
        } catch (SQLException e) {
            // The connection is gone; the next session will hear of these changes again.
        } finally {
            abort();
        }
    }

    /** Whether another reader has the slot. */
    public static boolean isInUse(SQLException e) {
        return OBJECT_IN_USE.equals(e.getSQLState());
    }

    private static SQLException lostOr(SQLException e) throws SlotLostException {
        if (OBJECT_NOT_IN_PREREQUISITE_STATE.equals(e.getSQLState()) || UNDEFINED_OBJECT.equals(e.getSQLState())) {
            throw new SlotLostException("sqlstate=" + e.getSQLState(), e);
        }
        return e;
    }
}
