package dev.ghee.functions.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the code of a compiled module comes from. Source: ECMA-426, one source per map. */
public final class SourceMap {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    private static final int[] VALUES = values();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String source;
    /** By line of the module, from 0: pieces of it in order. */
    private final List<List<Piece>> lines;

    private SourceMap(String source, List<List<Piece>> lines) {
        this.source = source;
        this.lines = lines;
    }

    /** From this column of a module's line on, the code is of this place; all from 0. */
    private record Piece(int column, int sourceLine, int sourceColumn) {}

    /** A place in a source, both numbers from 1. */
    public record Position(String source, int line, int column) {
        @Override
        public String toString() {
            return source + ":" + line + ":" + column;
        }
    }

    /** A map as JSON; one that is damaged maps nothing. */
    public static SourceMap parse(String json) {
        try {
            JsonNode map = JSON.readTree(json);
            return new SourceMap(
                    map.path("sources").path(0).asText(),
                    decode(map.path("mappings").asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new SourceMap("", List.of());
        }
    }

    /** The place in the source of a place in the module, both numbers from 1; empty when nothing there is of it. */
    public Optional<Position> original(int line, int column) {
        if (line < 1 || line > lines.size()) {
            return Optional.empty();
        }
        Piece found = null;
        for (Piece piece : lines.get(line - 1)) {
            if (piece.column() > column - 1) {
                break;
            }
            found = piece;
        }
        return Optional.ofNullable(found)
                .map(piece -> new Position(source, piece.sourceLine() + 1, piece.sourceColumn() + 1));
    }

    private static List<List<Piece>> decode(String mappings) {
        List<List<Piece>> lines = new ArrayList<>();
        int[] at = {0};
        int sourceLine = 0;
        int sourceColumn = 0;
        List<Piece> line = new ArrayList<>();
        int column = 0;
        while (at[0] < mappings.length()) {
            char next = mappings.charAt(at[0]);
            if (next == ';') {
                lines.add(line);
                line = new ArrayList<>();
                column = 0;
                at[0]++;
            } else if (next == ',') {
                at[0]++;
            } else {
                column += number(mappings, at);
                if (ends(mappings, at[0])) {
                    continue;
                }
                number(mappings, at);
                sourceLine += number(mappings, at);
                sourceColumn += number(mappings, at);
                if (!ends(mappings, at[0])) {
                    number(mappings, at);
                }
                line.add(new Piece(column, sourceLine, sourceColumn));
            }
        }
        lines.add(line);
        return lines;
    }

    private static boolean ends(String mappings, int at) {
        return at >= mappings.length() || mappings.charAt(at) == ',' || mappings.charAt(at) == ';';
    }

    /** A base64 VLQ: five bits a digit, the lowest first; the lowest bit of all is the sign. */
    private static int number(String mappings, int[] at) {
        int value = 0;
        int shift = 0;
        int digit;
        do {
            if (at[0] >= mappings.length() || shift > 30) {
                throw new IllegalArgumentException("The map ends within a number");
            }
            char next = mappings.charAt(at[0]++);
            digit = next < VALUES.length ? VALUES[next] : -1;
            if (digit < 0) {
                throw new IllegalArgumentException("Not a digit of the map's");
            }
            value |= (digit & 31) << shift;
            shift += 5;
        } while ((digit & 32) != 0);
        return (value & 1) == 1 ? -(value >>> 1) : value >>> 1;
    }

    private static int[] values() {
        int[] values = new int[128];
        Arrays.fill(values, -1);
        for (int i = 0; i < DIGITS.length(); i++) {
            values[DIGITS.charAt(i)] = i;
        }
        return values;
    }
}
