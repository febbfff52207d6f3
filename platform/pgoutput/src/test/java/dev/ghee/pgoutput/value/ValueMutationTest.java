package dev.ghee.pgoutput.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.pgoutput.Capture;
import dev.ghee.pgoutput.MalformedWalException;
import dev.ghee.pgoutput.Mutations;
import dev.ghee.pgoutput.WalMessage;
import dev.ghee.pgoutput.WalMessage.Cell;
import dev.ghee.pgoutput.value.PgType.Array;
import dev.ghee.pgoutput.value.PgType.Scalar;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Captured values, mutated and read as every type. Repeat a run with {@code -Dseed=…}. */
class ValueMutationTest {
    private static final int ROUNDS = 30;
    /** The longest a few bytes can print as: a numeric with 4 · 32,768 digits and 16,383 decimal places. */
    private static final int MAX_PRINTED = 200_000;

    private final long seed = Long.getLong("ghee.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ByteSink out = new ByteSink(MAX_PRINTED);
    private int rendered;

    @Test
    void onlyTheDocumentedFailureEscapes() {
        for (ByteBuffer captured : values()) {
            byte[] original = new byte[captured.remaining()];
            captured.get(captured.position(), original);
            for (int i = 0; i < ROUNDS; i++) {
                byte[] bytes = i == 0 ? original : Mutations.mutate(original, random);
                for (PgType type : types()) {
                    render(type, bytes);
                }
            }
        }
        assertThat(rendered).as("seed %d", seed).isPositive();
    }

    private void render(PgType type, byte[] bytes) {
        ByteBuffer value = ByteBuffer.wrap(bytes);
        attempt(type, bytes, () -> PgText.write(type, value, out.reset()));
        attempt(type, bytes, () -> JsonValue.write(type, new Cell.Binary(value), out.reset()));
        attempt(type, bytes, () -> JsonValue.write(type, new Cell.Text(value), out.reset()));
    }

    private void attempt(PgType type, byte[] bytes, Runnable rendering) {
        try {
            rendering.run();
            rendered++;
        } catch (MalformedWalException e) {
            // the documented failure
        } catch (RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", " + type + " " + HexFormat.of().formatHex(bytes), e);
        }
    }

    private static List<PgType> types() {
        List<PgType> types = new ArrayList<>();
        for (Scalar scalar : Scalar.values()) {
            types.add(scalar);
            types.add(new Array(scalar));
        }
        return types;
    }

    /** The short ones: long text teaches nothing more. */
    private static List<ByteBuffer> values() {
        return Capture.entries().stream()
                .map(Capture.Entry::decode)
                .filter(WalMessage.Insert.class::isInstance)
                .flatMap(insert -> ((WalMessage.Insert) insert).row().stream())
                .flatMap(cell -> switch (cell) {
                    case Cell.Binary(ByteBuffer value) -> Stream.of(value);
                    case Cell.Text(ByteBuffer value) -> Stream.of(value);
                    case Cell.Null _, Cell.UnchangedToast _ -> Stream.<ByteBuffer>empty();
                })
                .filter(value -> value.remaining() < 200)
                .distinct()
                .toList();
    }
}
