package dev.ghee.realtime.fanout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.RowJson;
import dev.ghee.realtime.change.Position;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowChange.Operation;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.filter.FilterRow;
import dev.ghee.realtime.log.LoggedPart;
import dev.ghee.realtime.subscription.Columns;
import dev.ghee.realtime.subscription.Cursor;
import dev.ghee.realtime.subscription.CursorCodec;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
    private final LoggedPart logged;
    private final Renderers renderers;
    private final ByteSink sink;
    private final CursorCodec.Writer cursors;
    private byte @Nullable [] tail;
    private final Map<Key, ByteBuf> frames = new HashMap<>();
    private @Nullable Last last;
    private @Nullable FilterRow newRow;
    private @Nullable FilterRow oldRow;

    /** What a client is told of a change. */
    enum Variant {
        INSERT,
        UPDATE,
        /** The row came into the client's view, or was changed before it came: nothing of the old row. */
        UPDATE_WITHOUT_OLD,
        DELETE,
        /** The row left the client's view: a delete with nothing but its key. */
        LEAVE;

        Operation operation() {
            return switch (this) {
                case INSERT -> Operation.INSERT;
                case UPDATE, UPDATE_WITHOUT_OLD -> Operation.UPDATE;
                case DELETE, LEAVE -> Operation.DELETE;
            };
        }
    }

    private record Key(Variant variant, Set<String> columns) {}

    /** Writers of rows, kept across changes. For one thread. */
    static final class Renderers {
        /** Clients choose freely; beyond this many choices of one table, all are made anew. */
        private static final int MAX_CHOICES = 500;

        private final Map<Table, Map<Set<String>, RowJson>> known = new java.util.WeakHashMap<>();
        private final Map<Table, Map<Choice, Set<String>>> choices = new java.util.WeakHashMap<>();

        private record Choice(Set<String> readable, Columns wanted) {}

        /** What is sent of the columns that a client may read. */
        Set<String> chosen(Table table, Set<String> readable, Columns wanted) {
            if (wanted.isAll()) {
                return readable;
            }
            var ofTable = choices.computeIfAbsent(table, _ -> new HashMap<>());
            if (ofTable.size() >= MAX_CHOICES) {
                ofTable.clear();
                known.remove(table);
            }
            return ofTable.computeIfAbsent(
                    new Choice(readable, wanted), choice -> choice.wanted().among(choice.readable(), table.key()));
        }

        RowJson of(Table table, Set<String> columns) {
            return known.computeIfAbsent(table, _ -> new HashMap<>())
                    .computeIfAbsent(
                            columns,
                            wanted -> RowJson.of(
                                    table.relation(), table.types(), column -> wanted.contains(column.name())));
        }
    }

    ChangeFrames(RowChange change, LoggedPart logged, Renderers renderers, ByteSink sink, CursorCodec.Writer cursors) {
        this.change = change;
        this.logged = logged;
        this.renderers = renderers;
        this.sink = sink;
        this.cursors = cursors;
    }

    Position position() {
        return logged.part().positionOf(change);
    }

    int xid() {
        return logged.part().xid();
    }

    /** The frame, still owned by this object: retain it for each use. */
    ByteBuf frame(Variant variant, Set<String> readable, Columns wanted) {
        Set<String> columns = renderers.chosen(change.table(), readable, wanted);
        Last known = last;
        // Nearly all subscribers want the same, and hashing a set for each of thousands is not free.
        if (known == null || known.variant() != variant || known.columns() != columns) {
            known = new Last(variant, columns, frames.computeIfAbsent(new Key(variant, columns), this::encode));
            last = known;
        }
        return known.frame();
    }

    private record Last(Variant variant, Set<String> columns, ByteBuf frame) {}

    /** The row that filters look at: the new one, or the old one when the client is told of a delete. */
    FilterRow row(Variant variant) {
        return switch (variant) {
            case INSERT, UPDATE, UPDATE_WITHOUT_OLD -> newRow = newRow == null ? filterRow(after()) : newRow;
            case DELETE, LEAVE -> oldRow = oldRow == null ? filterRow(before()) : oldRow;
        };
    }

    private FilterRow filterRow(@Nullable RowImage image) {
        return new FilterRow(change.table(), Objects.requireNonNull(image));
    }

    @Override
    public void close() {
        frames.values().forEach(ByteBuf::release);
        frames.clear();
        last = null;
    }

    private ByteBuf encode(Key key) {
        sink.reset();
        sink.put(bytes("{\"type\":\"change\",\"table\":"));
        sink.put(json(change.table().name()));
        sink.put(bytes(",\"op\":\"" + key.variant().operation() + "\""));
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
        sink.put(tail());
        return WireFrame.text(sink.view());
    }

    /** What every variant ends with. */
    private byte[] tail() {
        byte[] known = tail;
        if (known == null) {
            Position at = position();
            var cursor = new Cursor(at.epoch(), at.commitLsn(), at.sequence(), logged.offset());
            known = bytes(",\"timestamp\":\"" + ISO.format(logged.part().committedAt()) + "\",\"cursor\":\""
                    + cursors.write(cursor) + "\"}");
            tail = known;
        }
        return known;
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
