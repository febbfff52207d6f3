package dev.ghee.realtime.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.RowChanges;
import dev.ghee.pgoutput.Lsn;
import dev.ghee.realtime.change.RowChange;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes parts in the form of the log, which {@link RowChanges} describes. By hand, because it is done for every change:
 * a table's description is the same in thousands of records, and is written once.
 */
final class RecordWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 1024;

    private final Map<Table, SerializableString> relations = Collections.synchronizedMap(new WeakHashMap<>());

    byte[] write(AppId app, TransactionPart part) {
        return write(app, part, true);
    }

    /** Says what happened, and leaves out what the rows held: for rows that are larger than a record may be. */
    byte[] writeWithoutImages(AppId app, TransactionPart part) {
        return write(app, part, false);
    }

    private byte[] write(AppId app, TransactionPart part, boolean images) {
        try (var bytes = new ByteArrayBuilder(USUAL_BYTES);
                JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("type", RowChanges.TYPE);
            out.writeNumberField("version", RowChanges.VERSION);
            out.writeStringField("appId", app.value());
            out.writeNumberField("epoch", part.epoch());
            out.writeStringField("commitLsn", part.commitLsn().toString());
            out.writeStringField("committedAt", part.committedAt().toString());
            out.writeNumberField("xid", part.xid());
            out.writeBooleanField("accessChanged", part.accessChanged());
            Optional<Lsn> end = part.end();
            if (end.isPresent()) {
                out.writeStringField("endLsn", end.get().toString());
            }
            List<Table> tables = new ArrayList<>(1);
            out.writeArrayFieldStart("changes");
            for (RowChange change : part.changes()) {
                write(change, index(tables, change.table()), images, out);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("relations");
            for (Table table : tables) {
                out.writeRawValue(relations.computeIfAbsent(table, RecordWriter::relation));
            }
            out.writeEndArray();
            out.writeEndObject();
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(RowChange change, int relation, boolean images, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeNumberField("sequence", change.sequence());
        out.writeNumberField("relation", relation);
        out.writeStringField("op", change.operation().name());
        if (images) {
            switch (change) {
                case RowChange.Insert insert -> write("after", insert.after(), out);
                case RowChange.Update update -> {
                    write("before", update.before(), out);
                    write("after", update.after(), out);
                }
                case RowChange.Delete delete -> write("before", delete.before(), out);
                case RowChange.Truncate _, RowChange.Incomplete _ -> {}
            }
        }
        out.writeEndObject();
    }

    private static void write(String name, RowImage image, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        for (@Nullable String text : image.texts()) {
            // Null as well.
            out.writeString(text);
        }
        out.writeEndArray();
    }

    /** Tables of a part are few, mostly one. */
    private static int index(List<Table> tables, Table table) {
        for (int i = 0; i < tables.size(); i++) {
            if (tables.get(i) == table) {
                return i;
            }
        }
        tables.add(table);
        return tables.size() - 1;
    }

    private static SerializableString relation(Table table) {
        var relation = table.relation();
        byte[] json = Contracts.write(new RowChanges.Relation(
                relation.oid(),
                relation.namespace(),
                relation.name(),
                relation.columns().stream()
                        .map(column -> new RowChanges.Column(
                                column.name(),
                                column.typeOid(),
                                column.typeModifier(),
                                table.key().contains(column.name())))
                        .toList()));
        return new SerializedString(new String(json, StandardCharsets.UTF_8));
    }
}
