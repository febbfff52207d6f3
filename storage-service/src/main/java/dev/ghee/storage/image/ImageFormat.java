package dev.ghee.storage.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Kinds of images; what one is, its first bytes say, whatever its name and content type claim. */
enum ImageFormat {
    JPEG("image/jpeg"),
    PNG("image/png"),
    WEBP("image/webp"),
    /** Read only; of several pictures the first. */
    GIF("image/gif");

    private final String contentType;

    ImageFormat(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** The kind that results when none was asked for. */
    ImageFormat made() {
        return this == GIF ? PNG : this;
    }

    boolean hasAlpha() {
        return this != JPEG;
    }

    /** A kind that can be made. */
    static Optional<ImageFormat> named(@Nullable String name) {
        String upper = name == null ? "" : name.toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format != GIF)
                .filter(format -> format.name().equals(upper) || (format == JPEG && upper.equals("JPG")))
                .findFirst();
    }

    /** Empty when the bytes are no image of a known kind. */
    static Optional<ImageFormat> of(byte[] bytes) {
        if (startsWith(bytes, 0, 0xff, 0xd8, 0xff)) {
            return Optional.of(JPEG);
        }
        if (startsWith(bytes, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return Optional.of(PNG);
        }
        if (startsWith(bytes, 0, 'R', 'I', 'F', 'F') && startsWith(bytes, 8, 'W', 'E', 'B', 'P')) {
            return Optional.of(WEBP);
        }
        if (startsWith(bytes, 0, 'G', 'I', 'F', '8')) {
            return Optional.of(GIF);
        }
        return Optional.empty();
    }

    private static boolean startsWith(byte[] bytes, int from, int... expected) {
        if (bytes.length < from + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[from + i] & 0xff) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
