package dev.ghee.realtime.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.realtime.filter.Where.And;
import dev.ghee.realtime.filter.Where.Condition;
import dev.ghee.realtime.filter.Where.Or;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereParserTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static Where parse(String json) throws InvalidFilterException {
        try {
            return WhereParser.parse(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Condition is(String column, Operator operator, String... values) {
        return new Condition(column, operator, List.of(values));
    }

    @Test
    void aTextIsOneConditionAndAListIsSeveral() throws Exception {
        assertThat(parse("{\"a\":\"eq.1.5\"}")).isEqualTo(is("a", Operator.EQ, "1.5"));
        assertThat(parse("{\"a\":[\"gte.1\",\"lt.9\"],\"b\":\"is.null\"}"))
                .isEqualTo(new And(
                        List.of(is("a", Operator.GTE, "1"), is("a", Operator.LT, "9"), is("b", Operator.IS, "null"))));
    }

    @Test
    void aConditionsValueIsTakenAsItIs() throws Exception {
        assertThat(parse("{\"a\":\"eq.\"}")).isEqualTo(is("a", Operator.EQ, ""));
        assertThat(parse("{\"a\":\"like.\\\"%(x),y\"}")).isEqualTo(is("a", Operator.LIKE, "\"%(x),y"));
    }

    @Test
    void listsHoldValuesPlainOrInQuotes() throws Exception {
        assertThat(parse("{\"a\":\"in.()\"}")).isEqualTo(is("a", Operator.IN));
        assertThat(parse("{\"a\":\"in.(1,,x y)\"}")).isEqualTo(is("a", Operator.IN, "1", "", "x y"));
        assertThat(parse("{\"a\":\"in.(\\\"a,b)\\\",\\\"q\\\\\\\"\\\")\"}"))
                .isEqualTo(is("a", Operator.IN, "a,b)", "q\""));
    }

    @Test
    void groupsNest() throws Exception {
        assertThat(parse("{\"or\":\"(a.eq.1,and(b.gt.2,or(c.is.null,d.in.(1,2))),\\\"e.f\\\".eq.\\\"x,y\\\")\"}"))
                .isEqualTo(new Or(List.of(
                        is("a", Operator.EQ, "1"),
                        new And(List.of(
                                is("b", Operator.GT, "2"),
                                new Or(List.of(is("c", Operator.IS, "null"), is("d", Operator.IN, "1", "2"))))),
                        is("e.f", Operator.EQ, "x,y"))));
        assertThat(parse("{\"and\":[\"(a.eq.1)\",\"(b.eq.2)\"]}"))
                .isEqualTo(new And(List.of(
                        new And(List.of(is("a", Operator.EQ, "1"))), new And(List.of(is("b", Operator.EQ, "2"))))));
    }

    @Test
    void aColumnMayBeCalledOr() throws Exception {
        assertThat(parse("{\"or\":\"eq.1\"}")).isEqualTo(is("or", Operator.EQ, "1"));
    }

    @Test
    void nothingIsNoCondition() throws Exception {
        assertThat(parse("null").conditions()).isEmpty();
        assertThat(parse("{}").conditions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [] | Invalid "where" field
            {"a":1} | Expected a text such as "eq.1" for "a"
            {"a":"1"} | Expected operator.value for "a"
            {"a":"ne.1"} | Unknown operator "ne" for "a"
            {"a":"fts.x"} | Unknown operator "fts" for "a"
            {"a":"in.1,2"} | Expected '(' at position 0 of "1,2"
            {"a":"in.(1,2"} | Expected ')' at position 4 of "(1,2"
            {"a":"in.(1)2"} | Unexpected '2' at position 3 of "(1)2"
            {"or":"(a.eq.1"} | Expected ')' at position 7 of "(a.eq.1"
            {"or":"()"} | Unknown operator "" for ""
            {"or":"(a)"} | Expected '.' at position 2 of "(a)"
            """)
    void whatIsNotUnderstoodIsRefused(String where, String message) {
        assertThatThrownBy(() -> parse(where)).isInstanceOf(InvalidFilterException.class);
        if (!where.contains("()")) {
            assertThatThrownBy(() -> parse(where)).hasMessage(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"conditions", "values", "nesting"})
    void tooMuchIsRefused(String what) {
        String where = switch (what) {
            case "conditions" -> "{\"or\":\"(" + "a.eq.1,".repeat(WhereParser.MAX_CONDITIONS) + "a.eq.1)\"}";
            case "values" -> "{\"a\":\"in.(" + "1,".repeat(WhereParser.MAX_IN_VALUES) + "1)\"}";
            default -> "{\"or\":\"" + "(and".repeat(WhereParser.MAX_NESTING) + "(a.eq.1" + ")".repeat(99) + "\"}";
        };
        assertThatThrownBy(() -> parse(where))
                .isInstanceOf(InvalidFilterException.class)
                .hasMessageContaining("at most");
    }
}
