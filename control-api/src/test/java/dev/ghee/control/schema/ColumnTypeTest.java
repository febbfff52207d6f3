package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            int | integer
            INT4 | integer
            int8 | bigint
            int2 | smallint
            bool | boolean
            decimal | numeric
            decimal(10, 2) | numeric(10,2)
            numeric(8) | numeric(8,0)
            varchar | varchar
            VARCHAR ( 20 ) | varchar(20)
            char | char(1)
            double  precision | float8
            timestamp with time zone | timestamptz
            int[] | int4[]
            bigint[] | int8[]
            bool[] | bool[]
            text[] | text[]
            double precision[] | float8[]
            vector | vector
            vector(3) | vector(3)
            serial | serial
            """)
    void hasOneName(String spelling, String name) {
        assertThat(ColumnType.parse(spelling)).contains(new ColumnType(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "money",
                "text; drop table x",
                "text) default (1",
                "varchar(0)",
                "varchar(99999999)",
                "numeric(5,6)",
                "numeric(2000)",
                "integer(4)",
                "vector(16001)",
                "serial[]",
                "text[][]",
                "int[3]",
                "regclass",
                "ghee.users",
                "\"text\"",
                "text -- x",
                "text collate \"C\""
            })
    void refusesWhatIsNoType(String text) {
        assertThat(ColumnType.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            character varying(20) | varchar(20)
            character(3) | char(3)
            timestamp without time zone | timestamp
            timestamp with time zone[] | timestamptz[]
            double precision | float8
            integer[] | int4[]
            numeric(10,2) | numeric(10,2)
            tsvector | tsvector
            """)
    void readsTheCataloguesNames(String formatted, String name) {
        assertThat(ColumnType.ofCatalogue(formatted, false)).isEqualTo(new ColumnType(name));
    }

    @Test
    void aColumnThatOwnsItsSequenceIsSerial() {
        assertThat(ColumnType.ofCatalogue("bigint", true)).isEqualTo(new ColumnType("bigserial"));
    }
}
