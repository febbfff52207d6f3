package dev.ghee.control.schema;

import static dev.ghee.control.schema.SchemaParserTest.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDiffTest {
    private static final Schema EMPTY = new Schema(Map.of());

    private static List<String> diff(String current, String desired) {
        return SchemaDiff.between(parse(current).schema(), parse(desired)).stream()
                .map(Change::sql)
                .map(sql -> sql.replaceAll("\\s+", " "))
                .toList();
    }

    private static String table(String columns) {
        return "{\"tables\":{\"t\":{\"columns\":{" + columns + "}}}}";
    }

    @Test
    void createsTablesAfterThoseTheyReferTo() {
        var changes = SchemaDiff.between(EMPTY, parse("""
                {"tables":{"c":{"columns":{"b":{"type":"int","references":"b.id"},"c":{"type":"int","references":"c.id"},"id":{"type":"int","primaryKey":true}}},
                 "b":{"columns":{"id":{"type":"int","primaryKey":true},"a":{"type":"int","references":"a.id"}}},
                 "a":{"columns":{"id":{"type":"int","primaryKey":true}}}}}"""));
        assertThat(changes)
                .extracting(Change::description)
                .containsExactly("Create table a", "Create table b", "Create table c");
    }

    @Test
    void refusesCirclesOfNewTables() {
        assertThatThrownBy(() -> SchemaDiff.between(EMPTY, parse("""
                {"tables":{"a":{"columns":{"id":{"type":"int","primaryKey":true},"b":{"type":"int","references":"b.id"}}},
                 "b":{"columns":{"id":{"type":"int","primaryKey":true},"a":{"type":"int","references":"a.id"}}}}}""")))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_ERROR));
    }

    @Test
    void aTableThatIsNotMentionedMayNotGo() {
        var changes =
                SchemaDiff.between(parse(table("\"x\":{\"type\":\"int\"}")).schema(), parse("{\"tables\":{}}"));
        assertThat(changes).containsExactly(new Change.DropTable("t", false));
        assertThat(changes.getFirst().authorised()).isFalse();
    }

    @Test
    void aTableInDropGoesFirst() {
        assertThat(diff(
                        table("\"x\":{\"type\":\"int\"}"),
                        "{\"tables\":{\"u\":{\"columns\":{\"x\":{\"type\":\"int\"}}}},\"_drop\":[\"t\",\"gone\"]}"))
                .containsExactly("DROP TABLE public.\"t\" CASCADE", "CREATE TABLE public.\"u\" ( \"x\" integer )");
    }

    @Test
    void aColumnThatIsNotMentionedStays() {
        assertThat(diff(table("\"x\":{\"type\":\"int\"},\"y\":{\"type\":\"int\"}"), table("\"x\":{\"type\":\"int\"}")))
                .isEmpty();
    }

    @Test
    void aTypeNeverChanges() {
        var changes = SchemaDiff.between(
                parse(table("\"x\":{\"type\":\"int\"}")).schema(), parse(table("\"x\":{\"type\":\"text\"}")));
        assertThat(changes).singleElement().satisfies(change -> {
            assertThat(change.destructive()).isTrue();
            assertThat(change.authorised()).isFalse();
            assertThat(change.description()).isEqualTo("Change the type of t.x from integer to text");
        });
    }

    @Test
    void keepsTheOrderOfTheContract() {
        String current = """
                {"tables":{"a":{"columns":{"id":{"type":"int","primaryKey":true}}},"old":{"columns":{"x":{"type":"int"}}},
                 "t":{"columns":{"x":{"type":"int"},"y":{"type":"int","default":"1"},"gone":{"type":"int"},
                  "r":{"type":"int","references":"a.id"}},"indexes":{"i":{"columns":["x"]},"j":{"columns":["x"]}}}}}""";
        String desired = """
                {"tables":{"a":{"columns":{"id":{"type":"int","primaryKey":true}}},"n":{"columns":{"x":{"type":"int"}}},
                 "t":{"columns":{"x":{"type":"int","nullable":false},"y":{"type":"int"},"z":{"type":"text","default":"'q'"},
                  "r":{"type":"int","references":{"table":"a","column":"id","onDelete":"CASCADE"}}},
                  "indexes":{"i":{"columns":["x","y"]}},"_dropColumns":["gone","never"],"_seed":true}},"_drop":["old"]}""";
        assertThat(diff(current, desired))
                .containsExactly(
                        "DROP TABLE public.\"old\" CASCADE",
                        "CREATE TABLE public.\"n\" ( \"x\" integer )",
                        "ALTER TABLE public.\"t\" DROP COLUMN \"gone\"",
                        "ALTER TABLE public.\"t\" ADD COLUMN \"z\" text DEFAULT ('q')",
                        "ALTER TABLE public.\"t\" ALTER COLUMN \"x\" SET NOT NULL",
                        "ALTER TABLE public.\"t\" ALTER COLUMN \"y\" DROP DEFAULT",
                        "ALTER TABLE public.\"t\" ADD CONSTRAINT \"fk_t_r\" FOREIGN KEY (\"r\") REFERENCES public.\"a\""
                                + " (\"id\") ON DELETE CASCADE",
                        "DROP INDEX IF EXISTS public.\"i\"",
                        "DROP INDEX IF EXISTS public.\"j\"",
                        "CREATE INDEX \"i\" ON public.\"t\" USING btree (\"x\", \"y\")",
                        "INSERT INTO ghee.seed_tables (table_name) VALUES ('t') ON CONFLICT DO NOTHING");
    }

    @Test
    void aKeyThatIsNotMentionedStays() {
        String a =
                "{\"tables\":{\"t\":{\"columns\":{\"id\":{\"type\":\"int\",\"primaryKey\":true},\"r\":{\"type\":\"int\"";
        assertThat(diff(a + ",\"references\":\"t.id\"}}}}}", a + "}}}}}")).isEmpty();
    }

    @Test
    void whatCannotChangeIsSaid() {
        String current = table("\"x\":{\"type\":\"int\",\"primaryKey\":true},\"y\":{\"type\":\"int\",\"unique\":true}");
        String desired = table("\"x\":{\"type\":\"int\"},\"y\":{\"type\":\"int\"}");
        assertThat(diff(current, desired)).isEmpty();
        assertThat(SchemaDiff.ignored(parse(current).schema(), parse(desired))).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'draft'::text | text | 'draft'
            'draft'::character varying | varchar(20) | 'draft'
            'draft'::text | varchar(20) | 'draft'::text
            '{}'::text[] | text[] | '{}'
            '-1'::integer | integer | -1
            '-1.50'::numeric | numeric(10,2) | -1.50
            '2020-01-01 00:00:00+00'::timestamp with time zone | timestamptz | '2020-01-01 00:00:00+00'
            concat('a'::text) | text | concat('a'::text)
            'abc'::bpchar | char(3) | 'abc'
            now() | timestamptz | now()
            """)
    void castsThatRepeatTheTypeAreLeftOut(String catalogue, String type, String text) {
        assertThat(DefaultText.normalise(catalogue, new ColumnType(type))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"null", "NULL", "NULL::text"})
    void nullIsNoDefault(String text) {
        assertThat(DefaultText.normalise(text, new ColumnType("text"))).isNull();
    }
}
