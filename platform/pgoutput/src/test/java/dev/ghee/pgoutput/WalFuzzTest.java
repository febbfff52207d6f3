package dev.ghee.pgoutput;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.ByteSink;
import dev.ghee.pgoutput.value.JsonValue;
import dev.ghee.pgoutput.value.PgText;
import dev.ghee.pgoutput.value.PgType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A regression test on the inputs kept so far; with {@code JAZZER_FUZZ=1} in the environment it looks for new ones. */
class WalFuzzTest {
    private static final int MAX_PRINTED = 1 << 20;

    @FuzzTest(maxDuration = "1m")
    void decoding(FuzzedDataProvider data) {
        StreamPosition position = data.pickValue(StreamPosition.values());
        try {
            WalDecoder.decode(ByteBuffer.wrap(data.consumeRemainingAsBytes()), position);
        } catch (MalformedWalException e) {
            // the documented failure
        }
    }

    @FuzzTest(maxDuration = "1m")
    void rendering(FuzzedDataProvider data) {
        PgType type = data.pickValue(types());
        boolean text = data.consumeBoolean();
        ByteBuffer value = ByteBuffer.wrap(data.consumeRemainingAsBytes());
        try {
            if (text) {
                JsonValue.write(type, new Cell.Text(value), new ByteSink(MAX_PRINTED));
            } else {
                PgText.write(type, value, new ByteSink(MAX_PRINTED));
                JsonValue.write(type, new Cell.Binary(value), new ByteSink(MAX_PRINTED));
            }
        } catch (MalformedWalException e) {
            // the documented failure
        }
    }

    private static List<PgType> types() {
        List<PgType> types = new ArrayList<>();
        for (PgType.Scalar scalar : PgType.Scalar.values()) {
            types.add(scalar);
            types.add(new PgType.Array(scalar));
        }
        return types;
    }
}
