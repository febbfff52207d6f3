package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import dev.ghee.pgoutput.value.PgType.Unsupported;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The text Postgres prints for a value: what the type's output function gives under {@code DateStyle 'ISO'},
 * {@code IntervalStyle 'postgres'}, {@code TimeZone 'UTC'}, {@code extra_float_digits 1} and
 * {@code bytea_output 'hex'}. It equals {@code column::text} but for {@code boolean} ({@code t}, not {@code true}) and
 * {@code char(n)} (padding kept), whose casts differ from their output functions. Postgres reads it back as the same
 * value.
 */
public final class PgText {
    private static final int JSONB_VERSION = 1;

    private PgText() {}

    /**
     * The text of a cell; empty for SQL NULL. Text cells pass as they are.
     *
     * @throws MalformedWalException if the bytes are not a value of this type
     * @throws UnsupportedTypeException if the cell is binary and the type has no codec
     * @throws IllegalArgumentException for a TOASTed value that was not sent: complete the row first
     */
    public static Optional<String> of(PgType type, Cell cell) {
        return switch (cell) {
            case Cell.Null _ -> Optional.empty();
            case Cell.Text(ByteBuffer text) -> Optional.of(utf8(text));
            case Cell.Binary(ByteBuffer text) when type == Scalar.TEXT -> Optional.of(utf8(text));
            case Cell.Binary(ByteBuffer binary) -> {
                ByteSink out = new ByteSink(Integer.MAX_VALUE);
                write(type, binary, out);
                yield Optional.of(out.toString());
            }
            case Cell.UnchangedToast _ -> throw new IllegalArgumentException("the value was not sent");
        };
    }

    private static String utf8(ByteBuffer text) {
        return text.hasArray()
                ? new String(
                        text.array(), text.arrayOffset() + text.position(), text.remaining(), StandardCharsets.UTF_8)
                : StandardCharsets.UTF_8.decode(text.duplicate()).toString();
    }

    /**
     * Writes the text of a value in binary form, as UTF-8.
     *
     * @param binary a value as the type's send function gives it; its position does not move
     * @throws MalformedWalException if the bytes are not a value of this type
     * @throws UnsupportedTypeException if the type has no codec
     */
    public static void write(PgType type, ByteBuffer binary, ByteSink out) {
        ByteBuffer in = binary.duplicate();
        try {
            switch (type) {
                case Scalar scalar -> writeScalar(scalar, in, out);
                case Array(PgType element) -> BinaryArray.read(in).writeText(element, out);
                case Unsupported unsupported -> throw new UnsupportedTypeException(unsupported);
            }
        } catch (BufferUnderflowException e) {
            throw new MalformedWalException("a value ends early", e);
        }
        if (in.hasRemaining()) {
            throw new MalformedWalException("a value is followed by " + in.remaining() + " bytes");
        }
    }

    private static void writeScalar(Scalar type, ByteBuffer in, ByteSink out) {
        switch (type) {
            case BOOL -> out.put(in.get() == 0 ? 'f' : 't');
            case INT2 -> out.decimal(in.getShort());
            case INT4 -> out.decimal(in.getInt());
            case INT8 -> out.decimal(in.getLong());
            case OID -> out.decimal(Integer.toUnsignedLong(in.getInt()));
            case FLOAT4 -> FloatText.write(in.getFloat(), out);
            case FLOAT8 -> FloatText.write(in.getDouble(), out);
            case NUMERIC -> NumericText.write(in, out);
            case TEXT, JSON -> rest(in, out);
            case CHAR -> singleByte(in.get(), out);
            case UUID -> uuid(in, out);
            case DATE -> PgDateTime.writeDate(in.getInt(), out);
            case TIME -> PgDateTime.writeTime(in.getLong(), out);
            case TIMETZ -> PgDateTime.writeTimeWithZone(in.getLong(), in.getInt(), out);
            case TIMESTAMP -> PgDateTime.writeTimestamp(in.getLong(), "", out);
            case TIMESTAMPTZ -> PgDateTime.writeTimestamp(in.getLong(), "+00", out);
            case INTERVAL -> IntervalText.write(in.getLong(), in.getInt(), in.getInt(), out);
            case JSONB -> {
                jsonbVersion(in);
                rest(in, out);
            }
            case BYTEA -> bytea(in, out);
            case VECTOR -> vector(in, out);
        }
    }

    /** Consumes the version that precedes the text of a jsonb value. */
    static void jsonbVersion(ByteBuffer in) {
        if (in.get() != JSONB_VERSION) {
            throw new MalformedWalException("unknown version of jsonb");
        }
    }

    private static void rest(ByteBuffer in, ByteSink out) {
        out.put(in);
        in.position(in.limit());
    }

    /** As Postgres 16 prints it: nothing for zero, octal beyond ASCII. */
    private static void singleByte(byte value, ByteSink out) {
        if (value > 0) {
            out.put(value);
        } else if (value < 0) {
            out.put('\\')
                    .put('0' + (value >>> 6 & 3))
                    .put('0' + (value >>> 3 & 7))
                    .put('0' + (value & 7));
        }
    }

    private static void uuid(ByteBuffer in, ByteSink out) {
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                out.put('-');
            }
            out.hex(in.get());
        }
    }

    private static void bytea(ByteBuffer in, ByteSink out) {
        out.put('\\').put('x');
        while (in.hasRemaining()) {
            out.hex(in.get());
        }
    }

    /** Source: pgvector, {@code vector_send}: a dimension, a reserved number, then the elements. */
    private static void vector(ByteBuffer in, ByteSink out) {
        int dimension = in.getShort();
        in.getShort();
        if (dimension < 0) {
            throw new MalformedWalException("a vector has a negative dimension");
        }
        out.put('[');
        for (int i = 0; i < dimension; i++) {
            if (i > 0) {
                out.put(',');
            }
            FloatText.write(in.getFloat(), out);
        }
        out.put(']');
    }
}
