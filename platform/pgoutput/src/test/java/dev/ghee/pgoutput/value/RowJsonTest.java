package dev.ghee.pgoutput.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.Relation;
import dev.ghee.pgoutput.WalMessage.ReplicaIdentity;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowJsonTest {
    private static final Relation TABLE = new Relation(
            1,
            "public",
            "t",
            ReplicaIdentity.DEFAULT,
            List.of(new Column("id", 23, -1, true), new Column("a \"b\"", 25, -1, false)));

    private final ByteSink out = new ByteSink(1000);

    @Test
    void writesColumnsInTheTablesOrder() {
        RowJson.of(TABLE, TypeCatalog.builtin()).write(List.of(text("1"), text("x\n")), out);
        assertThat(out).hasToString("{\"id\":1,\"a \\\"b\\\"\":\"x\\n\"}");
    }

    @Test
    void writesOnlyTheColumnsIncluded() {
        RowJson.of(TABLE, TypeCatalog.builtin(), Column::inIdentity).write(List.of(text("1"), text("x")), out);
        assertThat(out).hasToString("{\"id\":1}");
    }

    @Test
    void leavesOutWhatWasNotSent() {
        RowJson.of(TABLE, TypeCatalog.builtin()).write(List.of(Cell.NULL, Cell.UNCHANGED_TOAST), out);
        assertThat(out).hasToString("{\"id\":null}");
    }

    @Test
    void refusesARowOfAnotherWidth() {
        assertThatThrownBy(() -> RowJson.of(TABLE, TypeCatalog.builtin()).write(List.of(Cell.NULL), out))
                .isInstanceOf(MalformedWalException.class);
    }

    @Test
    void stopsAtTheSinksLimit() {
        assertThatThrownBy(() ->
                        RowJson.of(TABLE, TypeCatalog.builtin()).write(List.of(text("1"), text("x".repeat(1000))), out))
                .isInstanceOf(SinkFullException.class);
    }

    @Test
    void sinkIsUsedAgain() {
        RowJson json = RowJson.of(TABLE, TypeCatalog.builtin());
        json.write(List.of(text("1"), text("x".repeat(900))), out);
        json.write(List.of(text("2"), Cell.NULL), out.reset());
        assertThat(out).hasToString("{\"id\":2,\"a \\\"b\\\"\":null}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "INT4 | 1x",
                "INT4 | 01",
                "INT4 | -",
                "INT4 | ``",
                "FLOAT8 | 1e",
                "FLOAT8 | 1.",
                "BOOL | true",
                "BYTEA | \\x0",
                "BYTEA | \\xzz",
                "BYTEA | abc",
                "JSON | ``",
                "DATE | 02/01/2026",
                "DATE | 2026-13-01",
                "TIMESTAMP | 2026-01-02 03:04",
                "TIMESTAMP | Fri Jan 02 2026",
                "TIMESTAMPTZ | 2026-01-02 03:04:05 CET",
            })
    void refusesTextThatIsNoValueOfTheType(Scalar type, String text) {
        assertThatThrownBy(() -> JsonValue.write(type, text(text), out)).isInstanceOf(MalformedWalException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``",
                "{",
                "}",
                "{1",
                "{1,",
                "{1,}",
                "{,1}",
                "{1}2",
                "{{{{{{{1}}}}}}}",
                "{\"1",
                "{\"1\\",
                "[1:1]",
                "[1:1]={1",
                "{{}}",
                "{1}}"
            })
    void refusesTextThatIsNoArray(String text) {
        assertThatThrownBy(() -> JsonValue.write(new Array(Scalar.INT4), text(text), out))
                .isInstanceOf(MalformedWalException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02 03:04:05.1239+05:30, 2026-01-01T21:34:05.123Z",
        "2026-01-02 03:04:05-00:00:01, 2026-01-02T03:04:06.000Z",
        "0001-01-01 00:30:00+01 BC, -000001-12-31T23:30:00.000Z",
    })
    void convertsTextOfAnyZoneToUtc(String text, String iso) {
        JsonValue.write(Scalar.TIMESTAMPTZ, text(text), out);
        assertThat(out).hasToString('"' + iso + '"');
    }

    private static Cell text(String text) {
        return new Cell.Text(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
