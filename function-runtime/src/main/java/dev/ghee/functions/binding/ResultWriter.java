package dev.ghee.functions.binding;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.ghee.tenancy.rls.AppStatement;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.data.Interval;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows as JSON while they arrive. Values that JSON has no form for are text: integers beyond 2^53, numeric,
 * NaN and infinities, times, and bytes as base64; the wrapper is told which columns hold bytes and such numbers.
 */
final class ResultWriter implements AppStatement.RowSink {
    private static final JsonFactory JSON = new JsonFactory();
    private static final long SAFE = (1L << 53) - 1;
    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS");

    private final int maxRows;
    private final int maxBytes;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    private final JsonGenerator json;
    private final BitSet bytes = new BitSet();
    private final BitSet floats = new BitSet();
    private int rows;

    ResultWriter(int maxRows, int maxBytes) {
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
        try {
            json = JSON.createGenerator(out);
            json.writeStartArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean accept(Row row) {
        if (rows == maxRows) {
            return false;
        }
        rows++;
        try {
            json.writeStartArray();
            for (int i = 0; i < row.size(); i++) {
                write(i, row.getValue(i));
            }
            json.writeEndArray();
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.size() <= maxBytes;
    }

    /** The whole answer. */
    Buffer finish(List<String> columns, int changed) {
        try {
            json.writeEndArray();
            json.close();
            var head = new ByteArrayOutputStream(128);
            try (JsonGenerator answer = JSON.createGenerator(head)) {
                answer.writeStartObject();
                answer.writeArrayFieldStart("columns");
                for (String column : columns) {
                    answer.writeString(column);
                }
                answer.writeEndArray();
                write(answer, "bytes", bytes);
                write(answer, "floats", floats);
                answer.writeNumberField("rowCount", Math.max(rows, changed));
                answer.writeFieldName("rows");
                answer.writeRawValue(new SerializedString(""));
                answer.flush();
                return Buffer.buffer(head.size() + out.size() + 1)
                        .appendBytes(head.toByteArray())
                        .appendBytes(out.toByteArray())
                        .appendByte((byte) '}');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonGenerator answer, String name, BitSet columns) throws IOException {
        if (!columns.isEmpty()) {
            answer.writeArrayFieldStart(name);
            for (int i = columns.nextSetBit(0); i >= 0; i = columns.nextSetBit(i + 1)) {
                answer.writeNumber(i);
            }
            answer.writeEndArray();
        }
    }

    private void write(int column, @Nullable Object value) throws IOException {
        switch (value) {
            case Buffer binary -> {
                bytes.set(column);
                json.writeBinary(binary.getBytes());
            }
            case Double number
            when !Double.isFinite(number) -> {
                floats.set(column);
                json.writeString(number.toString());
            }
            case Float number
            when !Float.isFinite(number) -> {
                floats.set(column);
                json.writeString(number.toString());
            }
            case null, default -> write(value);
        }
    }

    private void write(@Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case String text -> json.writeString(text);
            case Boolean flag -> json.writeBoolean(flag);
            case Integer number -> json.writeNumber(number);
            case Short number -> json.writeNumber(number);
            case Long number when number <= SAFE && number >= -SAFE -> json.writeNumber(number);
            case Double number when Double.isFinite(number) -> json.writeNumber(number);
            case Float number when Float.isFinite(number) -> json.writeNumber(number);
            case JsonObject object -> json.writeRawValue(object.encode());
            case JsonArray array -> json.writeRawValue(array.encode());
            case OffsetDateTime moment -> json.writeString(text(moment));
            case LocalDateTime moment -> json.writeString(text(moment));
            case LocalDate day -> json.writeString(text(day));
            case Interval interval -> json.writeString(text(interval));
            case Buffer binary -> json.writeBinary(binary.getBytes());
            case Object[] elements -> {
                json.writeStartArray();
                for (Object element : elements) {
                    write(element);
                }
                json.writeEndArray();
            }
            default -> {
                if (value == Tuple.JSON_NULL) {
                    json.writeNull();
                } else {
                    json.writeString(value.toString());
                }
            }
        }
    }

    private static String text(OffsetDateTime moment) {
        return moment.equals(OffsetDateTime.MAX)
                ? "infinity"
                : moment.equals(OffsetDateTime.MIN)
                        ? "-infinity"
                        : MILLISECONDS.format(moment.withOffsetSameInstant(ZoneOffset.UTC)) + "Z";
    }

    /** As the data API writes a moment without a zone: it is one of UTC. */
    private static String text(LocalDateTime moment) {
        return moment.equals(LocalDateTime.MAX)
                ? "infinity"
                : moment.equals(LocalDateTime.MIN) ? "-infinity" : MILLISECONDS.format(moment) + "Z";
    }

    private static String text(LocalDate day) {
        return day.equals(LocalDate.MAX) ? "infinity" : day.equals(LocalDate.MIN) ? "-infinity" : day.toString();
    }

    /** As Postgres reads it: every part with its unit. */
    private static String text(Interval interval) {
        return interval.getYears() + " years " + interval.getMonths() + " mons " + interval.getDays() + " days "
                + interval.getHours() + " hours " + interval.getMinutes() + " mins " + interval.getSeconds() + "."
                + String.format(java.util.Locale.ROOT, "%06d", Math.abs(interval.getMicroseconds())) + " secs";
    }
}
