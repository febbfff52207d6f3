package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import dev.ghee.pgoutput.value.PgType.Unsupported;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A value as the data API answers it, in JSON:
 *
 * <ul>
 *   <li>int2, int4, float4, float8: numbers; NaN, Infinity and -Infinity, which JSON lacks, are strings;
 *   <li>int8, numeric: strings, because they exceed what clients' numbers hold;
 *   <li>boolean: true, false;
 *   <li>timestamptz, timestamp, date: ISO 8601 in UTC with exactly three decimal places, the rest cut off
 *       ({@code "2026-01-02T00:00:00.000Z"}). Years outside 0000–9999 are written as in ECMAScript, a sign and at
 *       least six digits, 1 BC being year 0; infinities are the strings {@code "infinity"}, {@code "-infinity"};
 *   <li>json, jsonb: as stored;
 *   <li>bytea: {@code {"type":"Buffer","data":[1,255]}};
 *   <li>arrays: nested JSON arrays of their elements in this form;
 *   <li>all else, vector, oid, time and interval included: a string of what {@link PgText} prints.
 * </ul>
 *
 * Both forms of a value, binary and text, give the same bytes. Text must come from a session with the settings named
 * in {@link PgText}. The UTF-8 of strings and the syntax of json are passed on as the server sent them.
 */
public final class JsonValue {
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private JsonValue() {}

    /**
     * Writes a cell, SQL NULL as null.
     *
     * @throws MalformedWalException if the bytes are not a value of this type
     * @throws UnsupportedTypeException if the cell is binary and the type has no codec
     * @throws IllegalArgumentException for a TOASTed value that was not sent: it is not null
     */
    public static void write(PgType type, Cell cell, ByteSink out) {
        switch (cell) {
            case Cell.Null _ -> JsonText.writeNull(out);
            case Cell.Text(ByteBuffer text) -> writeText(type, text, out);
            case Cell.Binary(ByteBuffer binary) -> writeBinary(type, binary, out);
            case Cell.UnchangedToast _ -> throw new IllegalArgumentException("the value was not sent");
        }
    }

    static void writeBinary(PgType type, ByteBuffer binary, ByteSink out) {
        switch (type) {
            case Scalar scalar -> writeBinaryScalar(scalar, binary, out);
            case Array(PgType element) -> {
                ByteBuffer in = binary.duplicate();
                try {
                    BinaryArray.read(in).writeJson(element, out);
                } catch (BufferUnderflowException e) {
                    throw new MalformedWalException("an array ends early", e);
                }
                requireEnd(in);
            }
            case Unsupported unsupported -> throw new UnsupportedTypeException(unsupported);
        }
    }

    private static void writeBinaryScalar(Scalar type, ByteBuffer binary, ByteSink out) {
        switch (type) {
            case INT2, INT4 -> PgText.write(type, binary, out);
            case BOOL -> out.put(sized(binary, Byte.BYTES).get(binary.position()) == 0 ? FALSE : TRUE);
            case FLOAT4 -> {
                float value = sized(binary, Float.BYTES).duplicate().getFloat();
                writeMaybeQuoted(type, binary, Float.isFinite(value), out);
            }
            case FLOAT8 -> {
                double value = sized(binary, Double.BYTES).duplicate().getDouble();
                writeMaybeQuoted(type, binary, Double.isFinite(value), out);
            }
            case DATE -> {
                int days = sized(binary, Integer.BYTES).duplicate().getInt();
                out.put('"');
                PgDateTime.writeIsoDate(days, out);
                out.put('"');
            }
            case TIMESTAMP, TIMESTAMPTZ -> {
                long micros = sized(binary, Long.BYTES).duplicate().getLong();
                out.put('"');
                PgDateTime.writeIsoTimestamp(micros, out);
                out.put('"');
            }
            case TEXT -> JsonText.writeString(binary, out);
            case CHAR -> {
                ByteSink text = new ByteSink(Integer.BYTES);
                PgText.write(type, binary, text);
                JsonText.writeString(text.view(), out);
            }
            case JSON -> writeJson(binary, out);
            case JSONB -> {
                ByteBuffer in = binary.duplicate();
                if (!in.hasRemaining()) {
                    throw new MalformedWalException("a value ends early");
                }
                PgText.jsonbVersion(in);
                writeJson(in, out);
            }
            case BYTEA -> writeBuffer(binary.duplicate(), out);
            case INT8, OID, NUMERIC, UUID, TIME, TIMETZ, INTERVAL, VECTOR ->
                // What these print never needs escaping.
                writeMaybeQuoted(type, binary, false, out);
        }
    }

    private static void writeMaybeQuoted(Scalar type, ByteBuffer binary, boolean plain, ByteSink out) {
        if (plain) {
            PgText.write(type, binary, out);
        } else {
            out.put('"');
            PgText.write(type, binary, out);
            out.put('"');
        }
    }

    static void writeText(PgType type, ByteBuffer text, ByteSink out) {
        switch (type) {
            case Scalar scalar -> writeTextScalar(scalar, text, out);
            case Array(PgType element) -> new ArrayLiteral(element, text, out).writeJson();
            case Unsupported _ -> JsonText.writeString(text, out);
        }
    }

    private static void writeTextScalar(Scalar type, ByteBuffer text, ByteSink out) {
        switch (type) {
            case INT2, INT4 -> JsonText.writeNumber(text, out);
            case FLOAT4, FLOAT8 -> {
                byte last = text.hasRemaining() ? text.get(text.limit() - 1) : 0;
                if (last == 'N' || last == 'y') { // NaN, Infinity
                    JsonText.writeString(text, out);
                } else {
                    JsonText.writeNumber(text, out);
                }
            }
            case BOOL -> out.put(isTrue(text) ? TRUE : FALSE);
            case DATE, TIMESTAMP, TIMESTAMPTZ -> {
                out.put('"');
                new DateTimeParser(text).writeIso(out);
                out.put('"');
            }
            case JSON, JSONB -> writeJson(text, out);
            case BYTEA -> writeBuffer(unhex(text), out);
            case INT8, OID, NUMERIC, TEXT, CHAR, UUID, TIME, TIMETZ, INTERVAL, VECTOR ->
                JsonText.writeString(text, out);
        }
    }

    private static boolean isTrue(ByteBuffer text) {
        byte letter = sized(text, 1).get(text.position());
        if (letter != 't' && letter != 'f') {
            throw new MalformedWalException("a boolean in text form is neither t nor f");
        }
        return letter == 't';
    }

    private static void writeJson(ByteBuffer json, ByteSink out) {
        if (!json.hasRemaining()) {
            throw new MalformedWalException("a json value is empty");
        }
        out.put(json);
    }

    /** As Node.js writes a Buffer. */
    private static void writeBuffer(ByteBuffer in, ByteSink out) {
        out.ascii("{\"type\":\"Buffer\",\"data\":[");
        for (boolean first = true; in.hasRemaining(); first = false) {
            if (!first) {
                out.put(',');
            }
            out.decimal(Byte.toUnsignedInt(in.get()));
        }
        out.put(']').put('}');
    }

    private static ByteBuffer unhex(ByteBuffer text) {
        ByteBuffer in = text.duplicate();
        if (in.remaining() % 2 != 0 || in.remaining() < 2 || in.get() != '\\' || in.get() != 'x') {
            throw new MalformedWalException("a bytea in text form is not hexadecimal");
        }
        ByteBuffer bytes = ByteBuffer.allocate(in.remaining() / 2);
        while (bytes.hasRemaining()) {
            int high = Character.digit(in.get(), 16);
            int low = Character.digit(in.get(), 16);
            if (high < 0 || low < 0) {
                throw new MalformedWalException("a bytea in text form is not hexadecimal");
            }
            bytes.put((byte) (high << 4 | low));
        }
        return bytes.flip();
    }

    private static ByteBuffer sized(ByteBuffer value, int bytes) {
        if (value.remaining() != bytes) {
            throw new MalformedWalException("a value of " + value.remaining() + " bytes instead of " + bytes);
        }
        return value;
    }

    private static void requireEnd(ByteBuffer in) {
        if (in.hasRemaining()) {
            throw new MalformedWalException("a value is followed by " + in.remaining() + " bytes");
        }
    }
}
