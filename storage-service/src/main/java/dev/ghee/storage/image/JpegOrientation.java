package dev.ghee.storage.image;

import java.util.Arrays;
import net.coobird.thumbnailator.util.exif.ExifUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * How a JPEG is to be turned, as its camera noted it. Java's own reader of metadata gives up on files whose segments are
 * in an unusual order, though every viewer turns them.
 */
final class JpegOrientation {
    private static final int MARKER = 0xff;
    private static final int APP1 = 0xe1;
    private static final int START_OF_SCAN = 0xda;

    private JpegOrientation() {}

    /** Null when the file does not say. */
    static @Nullable Orientation of(byte[] jpeg) {
        int at = 2;
        while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == MARKER && (jpeg[at + 1] & 0xff) != START_OF_SCAN) {
            int length = ((jpeg[at + 2] & 0xff) << 8) | (jpeg[at + 3] & 0xff);
            int end = at + 2 + length;
            if (length < 2 || end > jpeg.length) {
                return null;
            }
            if ((jpeg[at + 1] & 0xff) == APP1 && isExif(jpeg, at + 4, end)) {
                return ofExif(Arrays.copyOfRange(jpeg, at + 4, end));
            }
            at = end;
        }
        return null;
    }

    private static boolean isExif(byte[] jpeg, int from, int to) {
        return to - from > 6
                && jpeg[from] == 'E'
                && jpeg[from + 1] == 'x'
                && jpeg[from + 2] == 'i'
                && jpeg[from + 3] == 'f';
    }

    private static @Nullable Orientation ofExif(byte[] exif) {
        try {
            return ExifUtils.getOrientationFromExif(exif);
        } catch (RuntimeException e) {
            // Camera data that makes no sense; the picture may.
            return null;
        }
    }
}
