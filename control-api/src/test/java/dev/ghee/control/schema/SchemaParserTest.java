package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.control.schema.Schema.Action;
import dev.ghee.control.schema.Schema.ForeignKey;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaParserTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static DesiredSchema parse(String json) {
        try {
            return SchemaParser.parse(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<SchemaParser.Violation> violations(String json) {
        GheeException error = catchThrowableOfType(GheeException.class, () -> parse(json));
        assertThat(error.code()).isEqualTo(ErrorCode.VALIDATION_INVALID_SCHEMA);
        @SuppressWarnings("unchecked")
        var details = (List<SchemaParser.Violation>) error.details();
        return details == null ? List.of() : details;
    }

    @Test
    void readsTheShortAndTheLongFormOfAReference() {
        Schema schema = parse("""
                {"tables":{"a":{"columns":{"id":{"type":"uuid","primaryKey":true}}},
                 "b":{"columns":{"x":{"type":"uuid","references":"a.id"},
                  "y":{"type":"uuid","references":{"table":"a","column":"id","onDelete":"set null"}}}}}}""").schema();
        var columns = schema.tables().get("b").columns();
        assertThat(columns.get("x").references())
                .isEqualTo(new ForeignKey("a", "id", Action.NO_ACTION, Action.NO_ACTION, null));
        assertThat(columns.get("y").references())
                .isEqualTo(new ForeignKey("a", "id", Action.SET_NULL, Action.NO_ACTION, null));
    }

    @Test
    void whatIsInThePrimaryKeyOrSerialIsNeverNullable() {
        var columns = parse("""
                {"tables":{"a":{"columns":{"id":{"type":"uuid","primaryKey":true},"n":{"type":"serial"},"t":{"type":"text"}}}}}""").schema().tables().get("a").columns();
        assertThat(columns.values().stream().filter(Schema.Column::nullable).map(Schema.Column::name))
                .containsExactly("t");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            null | schema
            [] | schema
            {} | tables
            {"tables":{},"drop":[]} | drop
            {"tables":{"Posts":{"columns":{}}}} | tables.Posts
            {"tables":{"1a":{"columns":{}}}} | tables.1a
            {"tables":{"a\\"b":{"columns":{}}}} | tables.a"b
            {"tables":{"pg_x":{"columns":{}}}} | tables.pg_x
            {"tables":{"a":{}}} | tables.a.columns
            {"tables":{"a":{"columns":{},"rls":true}}} | tables.a.rls
            {"tables":{"a":{"columns":{"x":{"type":"text","nullabel":true}}}}} | tables.a.columns.x.nullabel
            {"tables":{"a":{"columns":{"x":{}}}}} | tables.a.columns.x.type
            {"tables":{"a":{"columns":{"x":{"type":"money"}}}}} | tables.a.columns.x.type
            {"tables":{"a":{"columns":{"x":{"type":7}}}}} | tables.a.columns.x.type
            {"tables":{"a":{"columns":{"x":"text"}}}} | tables.a.columns.x
            {"tables":{"a":{"columns":{"x":{"type":"text","nullable":"no"}}}}} | tables.a.columns.x.nullable
            {"tables":{"a":{"columns":{"x":{"type":"text","default":"1); drop table x; --"}}}}} | tables.a.columns.x.default
            {"tables":{"a":{"columns":{"x":{"type":"text","default":{}}}}}} | tables.a.columns.x.default
            {"tables":{"a":{"columns":{"x":{"type":"serial","default":"1"}}}}} | tables.a.columns.x.default
            {"tables":{"a":{"columns":{"x":{"type":"text","references":"b"}}}}} | tables.a.columns.x.references
            {"tables":{"a":{"columns":{"x":{"type":"text","references":"b.id"}}}}} | tables.a.columns.x.references
            {"tables":{"a":{"columns":{"x":{"type":"text","references":{"table":"a","column":"x","onDelete":"EXPLODE"}}}}}} | tables.a.columns.x.references.onDelete
            {"tables":{"a":{"columns":{},"indexes":{"i":{"columns":[]}}}}} | tables.a.indexes.i.columns
            {"tables":{"a":{"columns":{},"indexes":{"i":{"columns":["x"],"method":"brin"}}}}} | tables.a.indexes.i.method
            {"tables":{"a":{"columns":{},"indexes":{"i":{"columns":["x"],"opclass":"a; b"}}}}} | tables.a.indexes.i.opclass
            {"tables":{"a":{"columns":{},"indexes":{"i":{"columns":["x"],"where":"true"}}}}} | tables.a.indexes.i.where
            {"tables":{"a":{"columns":{"x":{"type":"text"}},"_dropColumns":["x"]}}} | tables.a._dropColumns
            {"tables":{"a":{"columns":{},"_dropColumns":"x"}}} | tables.a._dropColumns
            {"tables":{"a":{"columns":{},"_seed":1}}} | tables.a._seed
            {"tables":{"a":{"columns":{}}},"_drop":["a"]} | _drop
            {"tables":{},"_drop":["a; b"]} | _drop
            """)
    void refusesAndNamesThePath(String json, String path) {
        assertThat(violations(json)).extracting(SchemaParser.Violation::path).contains(path);
    }

    @Test
    void limitsTablesAndNames() {
        String tables = IntStream.range(0, 51)
                .mapToObj(i -> "\"t" + i + "\":{\"columns\":{}}")
                .collect(Collectors.joining(","));
        assertThat(violations("{\"tables\":{" + tables + "}}")).hasSize(1);
        assertThat(violations("{\"tables\":{\"" + "a".repeat(64) + "\":{\"columns\":{}}}}"))
                .hasSize(1);
    }

    @Test
    void reportsManyFaultsAtOnceButNotAll() {
        String columns = IntStream.range(0, 200)
                .mapToObj(i -> "\"c" + i + "\":{\"type\":\"nope\"}")
                .collect(Collectors.joining(","));
        assertThat(violations("{\"tables\":{\"a\":{\"columns\":{" + columns + "}}}}"))
                .hasSize(50);
    }
}
