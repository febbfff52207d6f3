package dev.ghee.realtime.fanout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.JsonValue;
import dev.ghee.pgoutput.value.RowJson;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one change: each variant is encoded once per set of columns and then shared. Released when closed. For
 * one thread.
 */
final class ChangeFrames implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] NULL = bytes("null");
    private static final byte[] RECORD = bytes(",\"record\":");
    private static final byte[] OLD_RECORD = bytes(",\"old_record\":");

    private final RowChange change;
    private final String committedAt;
    private final Renderers renderers;
    private final ByteSink sink;
    private final Map<Key, ByteBuf> frames = new HashMap<>();
    private final Map<String, @Nullable JsonNode> newValues = new HashMap<>();
    private final Map<String, @Nullable JsonNode> oldValues = new HashMap<>();

    /** What a client is told of a change. */
    enum Variant {
        INSERT,
        UPDATE,
        /** The row came into the client's view, or was changed before it came: nothing of the old row. */
        UPDATE_WITHOUT_OLD,
        DELETE,
        /** The row left the client's view: a delete with nothing but its key. */
        LEAVE
    }

    private record Key(Variant variant, Set<String> columns) {}

    /** Writers of rows, kept across changes. For one thread. */
    static final class Renderers {
        private final Map<Table, Map<Set<String>, RowJson>> known = new java.util.WeakHashMap<>();

        RowJson of(Table table, Set<String> columns) {
            return known.computeIfAbsent(table, _ -> new HashMap<>())
                    .computeIfAbsent(
                            columns,
                            wanted -> RowJson.of(
                                    table.relation(), table.types(), column -> wanted.contains(column.name())));
        }
    }

    ChangeFrames(RowChange change, Instant committedAt, Renderers renderers, ByteSink sink) {
        this.change = change;
        this.committedAt = ISO.format(committedAt);
        this.renderers = renderers;
        this.sink = sink;
    }

    /** The frame, still owned by this object: retain it for each use. */
    ByteBuf frame(Variant variant, Set<String> columns) {
        return frames.computeIfAbsent(new Key(variant, columns), this::encode);
    }

    /**
     * A column's value in the row that filters look at: the new one, or the old one when the client is told of a
     * delete. Null when the client may not read such a column.
     */
    @Nullable
    JsonNode value(Variant variant, String column, Set<String> readable) {
        if (!readable.contains(column)) {
            return null;
        }
        return switch (variant) {
            case INSERT, UPDATE, UPDATE_WITHOUT_OLD -> newValues.computeIfAbsent(column, name -> parse(after(), name));
            case DELETE, LEAVE -> oldValues.computeIfAbsent(column, name -> parse(before(), name));
        };
    }

    @Override
    public void close() {
        frames.values().forEach(ByteBuf::release);
        frames.clear();
    }

    private ByteBuf encode(Key key) {
        String operation = switch (key.variant()) {
            case INSERT -> "INSERT";
            case UPDATE, UPDATE_WITHOUT_OLD -> "UPDATE";
            case DELETE, LEAVE -> "DELETE";
        };
        sink.reset();
        sink.put(bytes("{\"type\":\"change\",\"table\":"));
        sink.put(json(change.table().name()));
        sink.put(bytes(",\"op\":\"" + operation + "\""));
        sink.put(RECORD);
        switch (key.variant()) {
            case INSERT, UPDATE, UPDATE_WITHOUT_OLD -> write(after(), key.columns());
            case DELETE, LEAVE -> sink.put(NULL);
        }
        sink.put(OLD_RECORD);
        switch (key.variant()) {
            case UPDATE, DELETE -> write(before(), key.columns());
            case LEAVE -> write(before(), keyAmong(key.columns()));
            case INSERT, UPDATE_WITHOUT_OLD -> sink.put(NULL);
        }
        sink.put(bytes(",\"timestamp\":\"" + committedAt + "\"}"));
        return WireFrame.text(sink.view());
    }

    private Set<String> keyAmong(Set<String> columns) {
        return change.table().key().stream()
                .filter(columns::contains)
                .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    private void write(@Nullable RowImage image, Set<String> columns) {
        if (image == null) {
            sink.put(NULL);
        } else {
            renderers.of(change.table(), columns).write(image.cells(), sink);
        }
    }

    private @Nullable RowImage before() {
        return switch (change) {
            case RowChange.Update update -> update.before();
            case RowChange.Delete delete -> delete.before();
            case RowChange.Insert _, RowChange.Truncate _, RowChange.Incomplete _ -> null;
        };
    }

    private @Nullable RowImage after() {
        return switch (change) {
            case RowChange.Insert insert -> insert.after();
            case RowChange.Update update -> update.after();
            case RowChange.Delete _, RowChange.Truncate _, RowChange.Incomplete _ -> null;
        };
    }

    private @Nullable JsonNode parse(@Nullable RowImage image, String name) {
        var columns = change.table().relation().columns();
        for (int i = 0; i < columns.size() && image != null; i++) {
            Column column = columns.get(i);
            if (column.name().equals(name)) {
                sink.reset();
                JsonValue.write(
                        change.table().types().type(column.typeOid()),
                        image.cells().get(i),
                        sink);
                return parsed(sink.toByteArray());
            }
        }
        return null;
    }

    private static @Nullable JsonNode parsed(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (java.io.IOException e) {
            // json columns are passed on as stored; what Jackson does not read, no filter equals.
            return null;
        }
    }

    private static byte[] json(String text) {
        try {
            return JSON.writeValueAsBytes(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
