package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.TransactionPart;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code ghee.changes}, not read yet but for its key and a header that says how far it goes.
 *
 * @param last the position of its last change; without changes the sequence is -1
 */
public record LogRecord(String app, long offset, Position last, byte[] value) {
    private static final String POSITION = "position";
    private static final int POSITION_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;

    static LogRecord of(ConsumerRecord<String, byte[]> record) {
        Header header = record.headers().lastHeader(POSITION);
        return new LogRecord(record.key(), record.offset(), position(header), record.value());
    }

    static List<Header> headers(TransactionPart part) {
        List<RowChange> changes = part.changes();
        byte[] bytes = ByteBuffer.allocate(POSITION_BYTES)
                .putLong(part.epoch())
                .putLong(part.commitLsn().offset())
                .putInt(changes.isEmpty() ? -1 : changes.getLast().sequence())
                .array();
        return List.of(new RecordHeader(POSITION, bytes));
    }

    private static Position position(@Nullable Header header) {
        if (header == null || header.value().length != POSITION_BYTES) {
            return Position.START;
        }
        ByteBuffer bytes = ByteBuffer.wrap(header.value());
        return new Position(bytes.getLong(), new Lsn(bytes.getLong()), bytes.getInt());
    }

    boolean isOf(AppId id) {
        return id.value().equals(app);
    }

    @Override
    public String toString() {
        return "LogRecord[" + app + " " + offset + "]";
    }
}
