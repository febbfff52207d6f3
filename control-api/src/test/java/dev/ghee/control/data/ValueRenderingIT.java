package dev.ghee.control.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(StackResource.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ValueRenderingIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TestApp app;

    /** Not before all: only then does RestAssured know the port. */
    @BeforeEach
    void createTable() throws SQLException {
        if (app != null) {
            return;
        }
        app = TestApp.create("""
                CREATE TABLE kinds (
                  id int PRIMARY KEY, i2 int2, i4 int4, i8 int8, num numeric(20,4), f4 float4, f8 float8, b bool,
                  t text, vc varchar(20), ch char(3), u uuid, ts timestamp, tz timestamptz, d date, tm time, iv interval,
                  j json, jb jsonb, by bytea, ia int4[], la int8[], ta text[], tza timestamptz[], bya bytea[], ip inet)""");
    }

    @AfterAll
    void drop() throws SQLException {
        app.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "i2|7|7",
                "i4|-7|-7",
                "i8|9007199254740993|\"9007199254740993\"",
                "num|12.5|\"12.5000\"",
                "f4|1.5|1.5",
                "f8|NaN|\"NaN\"",
                "f8|-Infinity|\"-Infinity\"",
                "b|t|true",
                "t|a\"b\\c|\"a\\\"b\\\\c\"",
                "vc|x|\"x\"",
                "ch|ab|\"ab \"",
                "u|A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11|\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"",
                "ts|2026-01-02 03:04:05.678901|\"2026-01-02T03:04:05.678Z\"",
                "tz|2026-01-02 03:04:05.678+02|\"2026-01-02T01:04:05.678Z\"",
                "tz|2026-01-02 03:04:05+00|\"2026-01-02T03:04:05.000Z\"",
                "tz|infinity|\"infinity\"",
                "tz|-infinity|\"-infinity\"",
                "d|2026-01-02|\"2026-01-02T00:00:00.000Z\"",
                "d|infinity|\"infinity\"",
                "tm|03:04:05|\"03:04:05\"",
                "iv|1 day|\"1 day\"",
                "j|{\"a\": [1, {\"b\": null}]}|{\"a\":[1,{\"b\":null}]}",
                "jb|[1, \"x\"]|[1,\"x\"]",
                "by|\\x00ff10|{\"type\":\"Buffer\",\"data\":[0,255,16]}",
                "by|\\x|{\"type\":\"Buffer\",\"data\":[]}",
                "ia|{1,NULL,3}|[1,null,3]",
                "la|{1,9007199254740993}|[\"1\",\"9007199254740993\"]",
                "ta|{a,\"b c\"}|[\"a\",\"b c\"]",
                "tza|{2026-01-02 03:04:05+00,NULL}|[\"2026-01-02T03:04:05.000Z\",null]",
                "bya|{\"\\\\x01\"}|[{\"type\":\"Buffer\",\"data\":[1]}]",
                "ip|10.0.0.1|\"10.0.0.1\"",
            })
    void rendersEachTypeAsTheContractSays(String column, String stored, String expected) throws Exception {
        app.execute("DELETE FROM kinds", "INSERT INTO kinds (id, " + column + ") VALUES (1, $v$" + stored + "$v$)");
        JsonNode row = row(app.asService()
                .get(app.path("kinds/1"))
                .then()
                .statusCode(200)
                .extract()
                .asString());
        assertThat(row.get(column)).isEqualTo(JSON.readTree(expected));
        JsonNode list =
                row(app.asService().get(app.path("kinds?select=" + column)).asString());
        assertThat(list.get(0)).isEqualTo(JSON.createObjectNode().set(column, JSON.readTree(expected)));
    }

    @Test
    void rendersNullAsNullForEveryType() throws Exception {
        app.execute("DELETE FROM kinds", "INSERT INTO kinds (id) VALUES (1)");
        JsonNode row = row(app.asService().get(app.path("kinds/1")).asString());
        assertThat(row.properties())
                .hasSize(26)
                .filteredOn(field -> !field.getKey().equals("id"))
                .allSatisfy(field ->
                        assertThat(field.getValue().isNull()).as(field.getKey()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "i8|\"9007199254740993\"|\"9007199254740993\"",
                "i8|9007199254740993|\"9007199254740993\"",
                "num|1.25|\"1.2500\"",
                "jb|[1,{\"a\":2}]|[1,{\"a\":2}]",
                "jb|{\"k\":\"v\"}|{\"k\":\"v\"}",
                "jb|\"text\"|\"text\"",
                "j|[]|[]",
                "ia|[1,2]|[1,2]",
                "ia|\"{3,4}\"|[3,4]",
                "ta|[\"a,b\",null,\"\\\"\"]|[\"a,b\",null,\"\\\"\"]",
                "by|{\"type\":\"Buffer\",\"data\":[1,2,255]}|{\"type\":\"Buffer\",\"data\":[1,2,255]}",
                "by|\"\\\\x0102\"|{\"type\":\"Buffer\",\"data\":[1,2]}",
                "tz|\"2026-01-02T03:04:05.678Z\"|\"2026-01-02T03:04:05.678Z\"",
                "t|{\"a\":1}|\"{\\\"a\\\":1}\"",
                "t|null|null",
                "b|true|true",
            })
    void storesWhatIsPosted(String column, String posted, String expected) throws Exception {
        app.execute("DELETE FROM kinds");
        String created = app.asService()
                .body("{\"id\":1,\"unknown\":{\"x\":[]},\"" + column + "\":" + posted + "}")
                .post(app.path("kinds"))
                .then()
                .statusCode(201)
                .extract()
                .asString();
        assertThat(row(created).get(column)).isEqualTo(JSON.readTree(expected));
        assertThat(row(app.asService().get(app.path("kinds/1")).asString())).isEqualTo(row(created));
    }

    private static JsonNode row(String text) throws IOException {
        return JSON.readTree(text);
    }
}
