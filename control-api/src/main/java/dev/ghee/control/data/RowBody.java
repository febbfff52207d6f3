package dev.ghee.control.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rows of a request's body: their JSON, still text, and which columns each sets. Members that are no columns are
 * left for Postgres to ignore.
 *
 * @param array whether the body was an array, so that the answer is one too
 */
record RowBody(List<Row> rows, boolean array) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(20_000)
                    .build())
            .build();

    /** One row: the columns it sets, in the table's order, and its JSON object. */
    record Row(List<String> columns, String json) {}

    /**
     * Fails with {@code VALIDATION_INVALID_SCHEMA} when the body is not a JSON object or array of objects, or sets no
     * column of the table, and with {@code VALIDATION_INVALID_INPUT} when there are too many rows.
     */
    static RowBody parse(byte[] body, Table table, int maxRows) {
        var text = new String(body, StandardCharsets.UTF_8);
        try (JsonParser parser = JSON.createParser(text)) {
            JsonToken first = parser.nextToken();
            RowBody parsed;
            if (first == JsonToken.START_OBJECT) {
                parsed = new RowBody(List.of(row(parser, text, table)), false);
            } else if (first == JsonToken.START_ARRAY) {
                parsed = new RowBody(rows(parser, text, table, maxRows), true);
            } else {
                throw unfit("The body must be a JSON object, or an array of them");
            }
            if (parser.nextToken() != null) {
                throw unfit("The body must be one JSON value");
            }
            return parsed;
        } catch (IOException e) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "The body is not valid JSON", e);
        }
    }

    /** The one row of a body that must be an object. */
    Row single() {
        if (array) {
            throw unfit("The body must be one JSON object");
        }
        return rows.getFirst();
    }

    private static List<Row> rows(JsonParser parser, String text, Table table, int maxRows) throws IOException {
        var rows = new ArrayList<Row>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw unfit("Each element of the array must be a JSON object");
            }
            if (rows.size() == maxRows) {
                throw new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT, "A request may insert " + maxRows + " rows at most");
            }
            rows.add(row(parser, text, table));
        }
        if (rows.isEmpty()) {
            throw unfit("The array holds no rows");
        }
        return List.copyOf(rows);
    }

    private static Row row(JsonParser parser, String text, Table table) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        Set<String> present = new LinkedHashSet<>();
        List<BytesLiteral> bytes = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Column column = table.column(name);
            if (column != null) {
                present.add(name);
            }
            if (parser.nextToken() == JsonToken.START_OBJECT && column != null && column.isBytes()) {
                bytes.add(BytesLiteral.read(parser));
            } else {
                parser.skipChildren();
            }
        }
        if (present.isEmpty()) {
            throw unfit("The body sets no column of the table");
        }
        int end = (int) parser.currentLocation().getCharOffset();
        List<String> columns = table.columns().stream()
                .map(Column::name)
                .filter(present::contains)
                .toList();
        return new Row(columns, BytesLiteral.splice(text, start, end, bytes));
    }

    static GheeException unfit(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message);
    }
}
