package dev.ghee.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {
    @ParameterizedTest
    @ValueSource(strings = {"0/0", "0/1", "16/B374D848", "1/0", "0/FFFFFFFF", "FFFFFFFF/FFFFFFFF"})
    void printsWhatItReads(String text) {
        assertThat(Lsn.parse(text)).hasToString(text);
    }

    @Test
    void readsEitherCaseAndLeadingZeros() {
        assertThat(Lsn.parse("00000016/b374d848")).isEqualTo(new Lsn(0x16_B374_D848L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "1",
                "1/",
                "/1",
                "1/2/3",
                "-1/0",
                "1/+2",
                " 1/2",
                "G/0",
                "123456789/0",
                "0/123456789",
                "٣/0"
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Lsn.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersUnsigned() {
        List<Lsn> ordered = Stream.of(
                        "0/0", "0/1", "0/FFFFFFFF", "1/0", "7FFFFFFF/FFFFFFFF", "80000000/0", "FFFFFFFF/FFFFFFFF")
                .map(Lsn::parse)
                .toList();
        assertThat(ordered.reversed().stream().sorted()).isEqualTo(ordered);
    }
}
