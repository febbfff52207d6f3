package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An array in binary form: its shape, then its elements in row-major order. Writing consumes the elements, so it is
 * done once. Source: PostgreSQL's {@code array_send}, {@code array_out}.
 */
final class BinaryArray {
    private static final int MAX_DIMENSIONS = 6;
    private static final byte[] NULL = "NULL".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer elements;
    private final int[] sizes;
    private final int[] lowerBounds;

    private BinaryArray(ByteBuffer elements, int[] sizes, int[] lowerBounds) {
        this.elements = elements;
        this.sizes = sizes;
        this.lowerBounds = lowerBounds;
    }

    /** How one element is written; null for SQL NULL. */
    private interface ElementWriter {
        void write(@Nullable ByteBuffer element);
    }

    static BinaryArray read(ByteBuffer in) {
        int dimensions = in.getInt();
        in.getInt(); // whether there are NULLs: each says so itself
        in.getInt(); // the element's oid: the caller knows the type
        if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
            throw new MalformedWalException("an array has " + dimensions + " dimensions");
        }
        int[] sizes = new int[dimensions];
        int[] lowerBounds = new int[dimensions];
        long count = 1;
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.getInt();
            lowerBounds[i] = in.getInt();
            count *= sizes[i];
            if (sizes[i] <= 0 || count > in.remaining() / Integer.BYTES) {
                throw new MalformedWalException("an array announces more elements than bytes hold");
            }
        }
        return new BinaryArray(in, sizes, lowerBounds);
    }

    /** As Postgres prints arrays. */
    void writeText(PgType element, ByteSink out) {
        if (sizes.length == 0) {
            out.put('{').put('}');
            return;
        }
        writeBounds(out);
        write(0, '{', '}', out, value -> {
            if (value == null) {
                out.put(NULL);
            } else {
                int start = out.size();
                PgText.write(element, value, out);
                quoteIfNeeded(out, start);
            }
        });
    }

    /** As nested JSON arrays; lower bounds have no place there. */
    void writeJson(PgType element, ByteSink out) {
        if (sizes.length == 0) {
            out.put('[').put(']');
            return;
        }
        write(0, '[', ']', out, value -> {
            if (value == null) {
                JsonText.writeNull(out);
            } else {
                JsonValue.writeBinary(element, value, out);
            }
        });
    }

    private void write(int dimension, char open, char close, ByteSink out, ElementWriter writer) {
        out.put(open);
        for (int i = 0; i < sizes[dimension]; i++) {
            if (i > 0) {
                out.put(',');
            }
            if (dimension + 1 < sizes.length) {
                write(dimension + 1, open, close, out, writer);
            } else {
                writer.write(next());
            }
        }
        out.put(close);
    }

    private @Nullable ByteBuffer next() {
        int length = elements.getInt();
        if (length == -1) {
            return null;
        }
        if (length < 0 || length > elements.remaining()) {
            throw new MalformedWalException("an element is longer than its array");
        }
        ByteBuffer value = elements.slice(elements.position(), length);
        elements.position(elements.position() + length);
        return value;
    }

    /** Only shown if one of them is not 1, which is the default. */
    private void writeBounds(ByteSink out) {
        boolean usual = true;
        for (int bound : lowerBounds) {
            usual &= bound == 1;
        }
        if (usual) {
            return;
        }
        for (int i = 0; i < sizes.length; i++) {
            out.put('[').decimal(lowerBounds[i]).put(':');
            out.decimal((long) lowerBounds[i] + sizes[i] - 1).put(']');
        }
        out.put('=');
    }

    private static void quoteIfNeeded(ByteSink out, int start) {
        if (!needsQuotes(out, start)) {
            return;
        }
        byte[] plain = out.cut(start);
        out.put('"');
        for (byte b : plain) {
            if (b == '"' || b == '\\') {
                out.put('\\');
            }
            out.put(b);
        }
        out.put('"');
    }

    private static boolean needsQuotes(ByteSink out, int start) {
        if (out.size() == start || isNullWord(out, start)) {
            return true;
        }
        for (int i = start; i < out.size(); i++) {
            switch (out.at(i)) {
                case '"', '\\', '{', '}', ',', ' ', '\t', '\n', '\r', 0x0B, '\f' -> {
                    return true;
                }
                default -> {
                    // an ordinary byte
                }
            }
        }
        return false;
    }

    private static boolean isNullWord(ByteSink out, int start) {
        if (out.size() - start != NULL.length) {
            return false;
        }
        for (int i = 0; i < NULL.length; i++) {
            if ((out.at(start + i) & ~0x20) != NULL[i]) {
                return false;
            }
        }
        return true;
    }
}
