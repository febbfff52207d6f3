package dev.ghee.control.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/**
 * Bytes in the form in which we render them, {@code {"type":"Buffer","data":[1,2]}}, found in a body and to be replaced
 * by what Postgres reads.
 *
 * @param start offset of the object's brace in the text
 * @param end offset after its closing brace
 */
record BytesLiteral(int start, int end, String hex) {

    /** The parser stands at the object's start, and is left at its end. */
    static BytesLiteral read(JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        var bytes = new ByteArrayOutputStream();
        boolean data = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean isData = parser.currentName().equals("data");
            if (parser.nextToken() == JsonToken.START_ARRAY && isData) {
                data = true;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                        throw notBytes();
                    }
                    bytes.write(octet(parser));
                }
            } else {
                parser.skipChildren();
            }
        }
        if (!data) {
            throw notBytes();
        }
        return new BytesLiteral(
                start,
                (int) parser.currentLocation().getCharOffset(),
                HexFormat.of().formatHex(bytes.toByteArray()));
    }

    /** The part of the text from start to end, with each literal replaced by Postgres' own form. */
    static String splice(String text, int start, int end, List<BytesLiteral> literals) {
        if (literals.isEmpty()) {
            return text.substring(start, end);
        }
        var spliced = new StringBuilder(end - start);
        int from = start;
        for (BytesLiteral literal : literals) {
            spliced.append(text, from, literal.start())
                    .append("\"\\\\x")
                    .append(literal.hex())
                    .append('"');
            from = literal.end();
        }
        return spliced.append(text, from, end).toString();
    }

    private static int octet(JsonParser parser) throws IOException {
        String digits = parser.getText();
        int value = digits.length() <= 3 ? Integer.parseInt(digits) : -1;
        if (value < 0 || value > 255) {
            throw notBytes();
        }
        return value;
    }

    private static GheeException notBytes() {
        return new GheeException(
                ErrorCode.VALIDATION_INVALID_TYPE, "Bytes are {\"type\":\"Buffer\",\"data\":[0…255]} or \"\\\\x…\"");
    }
}
