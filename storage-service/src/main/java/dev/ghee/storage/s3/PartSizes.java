package dev.ghee.storage.s3;

import static dev.ghee.storage.s3.PartBytes.LEAST_PART_BYTES;
import static dev.ghee.storage.s3.PartBytes.MOST_PARTS;

/**
 * Into how large parts an object is cut. All but the last are of one length, which some stores insist on; as small as
 * the store allows, since that is what a crash may lose; and so few that numbers are left for parts that were begun in
 * vain.
 */
public final class PartSizes {
    private static final int SPARE_NUMBERS = 1000;

    private PartSizes() {}

    /** Throws {@link ArithmeticException} beyond some 18 TiB, which no app may store. */
    public static int of(long objectBytes) {
        long parts = MOST_PARTS - SPARE_NUMBERS;
        return Math.toIntExact(Math.max(LEAST_PART_BYTES, (objectBytes + parts - 1) / parts));
    }

    /** How many parts there are; one for an empty object. */
    public static int count(long objectBytes, int partBytes) {
        return Math.toIntExact(Math.max(1, (objectBytes + partBytes - 1) / partBytes));
    }

    /** Length of a part, from 1. */
    public static long length(long objectBytes, int partBytes, int number) {
        return Math.min(partBytes, objectBytes - (number - 1L) * partBytes);
    }
}
