package dev.ghee.realtime.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.RowJson;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.filter.FilterRow;
import dev.ghee.realtime.subscription.Subscription;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rows of a snapshot as frames of one subscription: its filter, its columns, values as in changes. For one thread. */
public final class SnapshotFrames {
    private final Subscription subscription;
    private final Set<String> readable;
    private final Optional<Table> table;
    private final byte[] head;
    private final byte[] tail;
    private final ByteSink sink = new ByteSink(Integer.MAX_VALUE);

    /**
     * @param readable columns that the viewer may read
     * @param lsn from where changes follow
     * @param cursor the same, for the client
     */
    public SnapshotFrames(
            Subscription subscription, Optional<Table> table, Set<String> readable, String lsn, String cursor) {
        this.subscription = subscription;
        this.readable = readable;
        this.table = table;
        JsonNode name = JsonNodeFactory.instance.textNode(subscription.table());
        this.head = bytes("{\"type\":\"snapshot\",\"table\":" + name + ",\"rows\":[");
        this.tail = bytes(",\"lsn\":\"" + lsn + "\",\"cursor\":\"" + cursor + "\"}");
    }

    /** @param done whether no more follow */
    public ByteBuf of(List<RowImage> rows, boolean done) {
        sink.reset();
        sink.put(head);
        table.ifPresent(found -> write(rows, found));
        sink.put(bytes("],\"done\":" + done));
        sink.put(tail);
        return WireFrame.text(sink.view());
    }

    private void write(List<RowImage> rows, Table found) {
        Set<String> columns = subscription.columns().among(readable, found.key());
        RowJson json = RowJson.of(found.relation(), found.types(), column -> columns.contains(column.name()));
        boolean first = true;
        for (RowImage row : rows) {
            if (subscription.filter().isNone() || subscription.filter().matches(new FilterRow(found, row), readable)) {
                if (!first) {
                    sink.put(',');
                }
                json.write(row.cells(), sink);
                first = false;
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
