package dev.ghee.pgoutput.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import dev.ghee.pgoutput.value.PgType.Unsupported;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The edges worth reading; {@link ValuesMatchPostgresIT} holds every type against a server. */
class PgTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FLOAT8 | 44b52d02c7e14af6 | 9.999999999999999e+22", // Java: 1.0E23, a midpoint
                "FLOAT8 | 0000000000000001 | 5e-324", // Java: 4.9E-324
                "FLOAT8 | 430c6bf526340000 | 1e+15",
                "FLOAT8 | 42d6bcc41e900000 | 100000000000000",
                "FLOAT8 | 8000000000000000 | -0",
                "FLOAT4 | 00000001 | 1e-45",
                "FLOAT4 | 49742400 | 1e+06",
                "FLOAT4 | 47c35000 | 100000",
                "NUMERIC | 00000000c0000000 | NaN",
                "NUMERIC | 00000000f0000000 | -Infinity",
                "NUMERIC | 0000000000000003 | 0.000",
                "NUMERIC | 0001000140000000000c | -120000",
                "NUMERIC | 0001fffe00000008000c | 0.00000012",
                "CHAR | 00 | ''",
                "CHAR | ff | \\377",
                "DATE | 7fffffff | infinity",
                "DATE | fff4dbf9 | 0001-01-01",
                "DATE | fff4dbf8 | 0001-12-31 BC",
                "TIMESTAMPTZ | 0000000000000001 | 2000-01-01 00:00:00.000001+00",
                "TIMESTAMP | ffffffffffffffff | 1999-12-31 23:59:59.999999",
                "TIME | 000000141dd76000 | 24:00:00",
                "TIMETZ | 0000000000000000ffffb2a8 | 00:00:00+05:30",
                "TIMETZ | 000000000000000000000001 | 00:00:00-00:00:01",
                "INTERVAL | 00000000000f42400000000100000000 | 1 day 00:00:01",
                "INTERVAL | 0000000000000000ffffffff00000001 | 1 mon -1 days",
                "INTERVAL | 00000000000f4240ffffffff00000000 | -1 days +00:00:01",
                "INTERVAL | 7fffffffffffffff7fffffff7fffffff | infinity", // Postgres 17
                "VECTOR | 000200003f80000040200000 | [1,2.5]",
            })
    void printsAsPostgresDoes(Scalar type, String hex, String text) {
        assertThat(print(type, hex)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOOL | ''",
                "INT4 | 000000",
                "INT4 | 0000000000",
                "UUID | 00",
                "NUMERIC | 7fff000000000000",
                "NUMERIC | ffff000000000000",
                "NUMERIC | 00010000000000002710", // a digit of 10,000
                "NUMERIC | 0000000012340000", // an unknown sign
                "NUMERIC | 000000000000ffff", // more decimal places than there may be
                "JSONB | 027b7d", // an unknown version
                "JSONB | ''",
                "VECTOR | ffff0000",
                "VECTOR | 7fff0000",
            })
    void refusesWhatIsNoValueOfTheType(Scalar type, String hex) {
        assertThatThrownBy(() -> print(type, hex)).isInstanceOf(MalformedWalException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "00000007 00000000 00000017", // seven dimensions
        "ffffffff 00000000 00000017",
        "00000001 00000000 00000017 7fffffff 00000001", // more elements than bytes
        "00000002 00000000 00000017 00010000 00000001 00010000 00000001", // whose number exceeds an int
        "00000001 00000000 00000017 00000000 00000001",
        "00000001 00000000 00000017 00000001 00000001 7fffffff", // an element longer than the array
        "00000001 00000000 00000017 00000001 00000001 fffffffe",
        "00000001 00000000 00000017 00000001 00000001 ffffffff 00", // leftover
    })
    void refusesWhatIsNoArray(String hex) {
        assertThatThrownBy(() -> print(new Array(Scalar.INT4), hex.replace(" ", "")))
                .isInstanceOf(MalformedWalException.class);
    }

    @Test
    void passesTextAsItIs() {
        assertThat(PgText.of(
                        new Unsupported(600, "point"),
                        new Cell.Text(ByteBuffer.wrap("(1,2)".getBytes(StandardCharsets.UTF_8)))))
                .contains("(1,2)");
    }

    @Test
    void nullHasNoText() {
        assertThat(PgText.of(Scalar.TEXT, Cell.NULL)).isEmpty();
    }

    @Test
    void refusesToPrintAValueThatWasNotSent() {
        assertThatThrownBy(() -> PgText.of(Scalar.TEXT, Cell.UNCHANGED_TOAST))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesTheTypeWithoutACodec() {
        assertThatThrownBy(() -> print(new Unsupported(600, "point"), "00"))
                .isInstanceOf(UnsupportedTypeException.class)
                .hasMessage("no binary codec for type point (600)");
    }

    private static String print(PgType type, String hex) {
        return PgText.of(type, new Cell.Binary(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .orElseThrow();
    }
}
