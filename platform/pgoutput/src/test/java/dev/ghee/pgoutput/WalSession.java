package dev.ghee.pgoutput;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;
import org.postgresql.replication.fluent.logical.ChainedLogicalStreamBuilder;

/** A temporary slot being read: everything that happens in its database, decoded. */
public final class WalSession implements AutoCloseable {
    private final TestDatabase database;
    private final Connection connection;
    private final PGReplicationStream stream;
    private StreamPosition position = StreamPosition.OUTSIDE;

    private WalSession(TestDatabase database, Connection connection, PGReplicationStream stream) {
        this.database = database;
        this.connection = connection;
        this.stream = stream;
    }

    static WalSession start(TestDatabase database, Connection connection, Map<String, String> options)
            throws SQLException {
        var api = connection.unwrap(PGConnection.class).getReplicationAPI();
        String slot = "pgoutput_" + UUID.randomUUID().toString().replace("-", "");
        api.createReplicationSlot()
                .logical()
                .withSlotName(slot)
                .withOutputPlugin("pgoutput")
                .withTemporaryOption()
                .make();
        ChainedLogicalStreamBuilder builder = api.replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOption("proto_version", "2")
                .withSlotOption("publication_names", TestDatabase.PUBLICATION)
                .withSlotOption("messages", "true");
        options.forEach(builder::withSlotOption);
        return new WalSession(database, connection, builder.start());
    }

    /** What one message was, as bytes and decoded. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Received(byte[] bytes, StreamPosition position, WalMessage message) {}

    /** Everything written since the last call and committed by now. */
    public List<WalMessage> drain() throws SQLException {
        return drainBytes().stream().map(Received::message).toList();
    }

    /** As {@link #drain}, with the bytes. */
    public List<Received> drainBytes() throws SQLException {
        String end = UUID.randomUUID().toString();
        database.execute("SELECT pg_logical_emit_message(true, 'end', '" + end + "')");
        List<Received> received = new ArrayList<>();
        boolean ended = false;
        while (!ended || !(received.getLast().message() instanceof WalMessage.Commit)) {
            Received next = read();
            received.add(next);
            ended |= next.message() instanceof WalMessage.Message message
                    && message.content().equals(ByteBuffer.wrap(end.getBytes(StandardCharsets.UTF_8)));
        }
        // Begin, the message, Commit: only there to know that this is all.
        return List.copyOf(received.subList(0, received.size() - 3));
    }

    private Received read() throws SQLException {
        ByteBuffer buffer = stream.read();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        WalMessage message = WalDecoder.decode(buffer, position);
        Received received = new Received(bytes, position, message);
        position = position.after(message);
        return received;
    }

    @Override
    public void close() throws SQLException {
        stream.close();
        connection.close();
    }
}
