package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import java.nio.ByteBuffer;

/** An array as Postgres prints it ({@code {1,NULL,"a b"}}), turned into JSON in one pass. */
final class ArrayLiteral {
    private static final int MAX_DIMENSIONS = 6;

    private final PgType element;
    private final ByteBuffer in;
    private final ByteSink out;

    ArrayLiteral(PgType element, ByteBuffer text, ByteSink out) {
        this.element = element;
        this.in = text.duplicate();
        this.out = out;
    }

    void writeJson() {
        skipBounds();
        writeLevel(1);
        if (in.hasRemaining()) {
            throw malformed();
        }
    }

    /** {@code [2:3][0:1]=} says where indexes start, for which JSON has no place. */
    private void skipBounds() {
        if (peek() == '[') {
            while (next() != '=') {
                // next() throws at the end
            }
        }
    }

    private void writeLevel(int depth) {
        if (depth > MAX_DIMENSIONS || next() != '{') {
            throw malformed();
        }
        out.put('[');
        if (depth == 1 && peek() == '}') {
            next();
            out.put(']');
            return;
        }
        for (byte separator = ','; separator == ','; ) {
            writeItem(depth);
            separator = next();
            if (separator == ',') {
                out.put(',');
            } else if (separator != '}') {
                throw malformed();
            }
        }
        out.put(']');
    }

    private void writeItem(int depth) {
        switch (peek()) {
            case '{' -> writeLevel(depth + 1);
            case '"' -> JsonValue.writeText(element, quoted(), out);
            default -> {
                ByteBuffer plain = plain();
                if (isNull(plain)) {
                    JsonText.writeNull(out);
                } else {
                    JsonValue.writeText(element, plain, out);
                }
            }
        }
    }

    private ByteBuffer quoted() {
        next();
        int start = in.position();
        int length = 0;
        for (byte b = next(); b != '"'; b = next()) {
            if (b == '\\') {
                next();
            }
            length++;
        }
        ByteBuffer value = ByteBuffer.allocate(length);
        for (int at = start; value.hasRemaining(); at++) {
            if (in.get(at) == '\\') {
                at++;
            }
            value.put(in.get(at));
        }
        return value.flip();
    }

    private ByteBuffer plain() {
        int start = in.position();
        while (peek() != ',' && peek() != '}') {
            next();
        }
        if (in.position() == start) {
            throw malformed();
        }
        return in.slice(start, in.position() - start);
    }

    private static boolean isNull(ByteBuffer value) {
        return value.remaining() == 4
                && value.get(0) == 'N'
                && value.get(1) == 'U'
                && value.get(2) == 'L'
                && value.get(3) == 'L';
    }

    private byte peek() {
        if (!in.hasRemaining()) {
            throw malformed();
        }
        return in.get(in.position());
    }

    private byte next() {
        if (!in.hasRemaining()) {
            throw malformed();
        }
        return in.get();
    }

    private static MalformedWalException malformed() {
        return new MalformedWalException("an array in text form is none");
    }
}
