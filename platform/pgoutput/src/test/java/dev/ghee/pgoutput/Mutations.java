package dev.ghee.pgoutput;

import java.util.Arrays;
import java.util.Random;

/** Changes bytes the way a broken or hostile peer would. */
public final class Mutations {
    private static final byte[] INTERESTING = {
        0, 1, -1, 127, -128, 'n', 'u', 't', 'b', 'N', 'K', 'O', '{', '}', '"', '\\'
    };

    private Mutations() {}

    /** A copy with one to four changes: bytes replaced, removed, repeated, or cut off at the end. */
    public static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = INTERESTING[random.nextInt(INTERESTING.length)];
                case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> bytes = splice(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(4)), 0);
                default -> bytes = splice(bytes, at, at, 1 + random.nextInt(8));
            }
        }
        return bytes;
    }

    /** Without the bytes from {@code at} to {@code to}, or with {@code gap} zeros put there. */
    private static byte[] splice(byte[] bytes, int at, int to, int gap) {
        byte[] result = new byte[bytes.length - (to - at) + gap];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(bytes, to, result, at + gap, bytes.length - to);
        return result;
    }
}
