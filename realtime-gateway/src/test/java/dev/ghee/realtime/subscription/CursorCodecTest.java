package dev.ghee.realtime.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppId;
import dev.ghee.pgoutput.Lsn;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CursorCodecTest {
    private static final AppId APP = new AppId("app_000000000001");
    private static final AppId OTHER = new AppId("app_000000000002");
    private static final Cursor CURSOR = new Cursor(3, Lsn.parse("16/B374D848"), 41, 1_000_000);

    private final CursorCodec codec = new CursorCodec("a secret that is long enough for a test");

    @Test
    void readsWhatItWrote() {
        String text = codec.writer(APP).write(CURSOR);
        assertThat(text).matches("[A-Za-z0-9_-]{50}");
        assertThat(codec.decode(APP, text)).contains(CURSOR);
    }

    @Test
    void keepsTheEndsOfEveryRange() {
        var writer = codec.writer(APP);
        for (Cursor cursor : new Cursor[] {
            new Cursor(0, Lsn.NONE, -1, 0), new Cursor(Long.MAX_VALUE, new Lsn(-1), Integer.MAX_VALUE, Long.MAX_VALUE),
        }) {
            assertThat(codec.decode(APP, writer.write(cursor))).contains(cursor);
        }
    }

    @Test
    void anotherAppsCursorIsNone() {
        assertThat(codec.decode(OTHER, codec.writer(APP).write(CURSOR))).isEmpty();
    }

    @Test
    void anotherInstallationsCursorIsNone() {
        var foreign = new CursorCodec("another secret that is long enough");
        assertThat(codec.decode(APP, foreign.writer(APP).write(CURSOR))).isEmpty();
    }

    @Test
    void aCursorChangedAnywhereIsNone() {
        String text = codec.writer(APP).write(CURSOR);
        // The last character carries four bits that mean nothing.
        IntStream.range(0, text.length() - 1).forEach(i -> {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(codec.decode(APP, text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
        });
    }

    @Test
    void textThatIsNoCursorIsNone() {
        for (String text : new String[] {
            "", "0", "A".repeat(50), "A".repeat(49), "A".repeat(51), "=".repeat(50), "é".repeat(50), "+".repeat(50)
        }) {
            assertThat(codec.decode(APP, text)).isEmpty();
        }
    }
}
