package dev.ghee.storage.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.storage.content.ByteRange.Wanted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({"bytes=0-0,0,0", "bytes=2-,2,9", "bytes=2-5,2,5", "bytes=2-99,2,9", "bytes=-3,7,9", "bytes=-99,0,9"})
    void meansAPartOfTenBytes(String header, long first, long last) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new Wanted.Part(new ByteRange(first, last)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=-",
                "bytes=5-2",
                "bytes=0-1,3-4",
                "lines=1-2",
                "bytes=a-b",
                "",
                "bytes=0-1 2",
                "bytes=99999999999999999999-"
            })
    void isNotFollowedWhenItNeedNotBe(String header) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new Wanted.Whole());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=10-12", "bytes=-0"})
    void isUnsatisfiableBehindTheEnd(String header) {
        assertThat(ByteRange.of(header, 10)).isEqualTo(new Wanted.Unsatisfiable());
    }

    @Test
    void ofNothingNothingIsAPart() {
        assertThat(ByteRange.of("bytes=0-", 0)).isEqualTo(new Wanted.Unsatisfiable());
        assertThat(ByteRange.of(null, 0)).isEqualTo(new Wanted.Whole());
    }
}
