package dev.ghee.pgoutput.value;

import dev.ghee.pgoutput.MalformedWalException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** JSON's tokens, written from UTF-8 without decoding it. Source: RFC 8259. */
final class JsonText {
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private JsonText() {}

    static void writeNull(ByteSink out) {
        out.put(NULL);
    }

    /** A string of these characters; the UTF-8 is trusted, as Postgres has checked it. */
    static void writeString(ByteBuffer utf8, ByteSink out) {
        out.put('"');
        int from = utf8.position();
        for (int i = from; i < utf8.limit(); i++) {
            byte b = utf8.get(i);
            if (b == '"' || b == '\\' || b >= 0 && b < ' ') {
                out.put(utf8.slice(from, i - from));
                writeEscape(b, out);
                from = i + 1;
            }
        }
        out.put(utf8.slice(from, utf8.limit() - from)).put('"');
    }

    private static void writeEscape(byte b, ByteSink out) {
        out.put('\\');
        switch (b) {
            case '"', '\\' -> out.put(b);
            case '\b' -> out.put('b');
            case '\t' -> out.put('t');
            case '\n' -> out.put('n');
            case '\f' -> out.put('f');
            case '\r' -> out.put('r');
            default -> out.ascii("u00").hex(b);
        }
    }

    /**
     * A number, as it stands.
     *
     * @throws MalformedWalException if JSON does not know this form
     */
    static void writeNumber(ByteBuffer text, ByteSink out) {
        if (!isNumber(text)) {
            throw new MalformedWalException("a number in text form is none");
        }
        out.put(text);
    }

    private static boolean isNumber(ByteBuffer text) {
        int at = text.position();
        if (at < text.limit() && text.get(at) == '-') {
            at++;
        }
        int whole = digits(text, at);
        boolean leadingZero = whole - at > 1 && text.get(at) == '0';
        boolean valid = whole > at && !leadingZero;
        at = whole;
        if (at < text.limit() && text.get(at) == '.') {
            int fraction = digits(text, at + 1);
            valid &= fraction > at + 1;
            at = fraction;
        }
        if (at < text.limit() && (text.get(at) == 'e' || text.get(at) == 'E')) {
            boolean signed = at + 1 < text.limit() && (text.get(at + 1) == '+' || text.get(at + 1) == '-');
            int first = signed ? at + 2 : at + 1;
            int exponent = digits(text, first);
            valid &= exponent > first;
            at = exponent;
        }
        return valid && at == text.limit();
    }

    /** The end of the digits that start at an index. */
    private static int digits(ByteBuffer text, int start) {
        int at = start;
        while (at < text.limit() && text.get(at) >= '0' && text.get(at) <= '9') {
            at++;
        }
        return at;
    }
}
