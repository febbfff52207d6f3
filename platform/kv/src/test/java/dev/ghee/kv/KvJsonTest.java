package dev.ghee.kv;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KvJsonTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            null|null
            5|5
            -0|-0
            123456789012345678901234567890|123456789012345678901234567890
            "a"|"a"
            "\\ud83d\\ude00😀"|"😀😀"
            { "b" : 1 , "a" : [ 1.50 , true ] }|{"b":1,"a":[1.50,true]}""")
    void keepsOrderAndDigits(String sent, String stored) throws IOException {
        try (var json = new JsonFactory().createParser(sent)) {
            json.nextToken();
            assertThat(KvJson.copy(json).toString()).isEqualTo(stored);
        }
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            1|1.0|true
            10|1e1|true
            0|-0.0|true
            1|2|false
            1|"1"|false
            {"a":1,"b":2}|{"b":2,"a":1.0}|true
            {"a":1}|{"a":1,"b":null}|false
            [1,2]|[2,1]|false
            1e999999999|1|false
            1e999999999|1E+999999999|true
            null|false|false""")
    void comparesWhatIsMeant(String one, String other, boolean same) {
        assertThat(KvJson.same(Buffer.buffer(one), Buffer.buffer(other))).isEqualTo(same);
    }
}
