package dev.ghee.storage.image;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.image.ImageRequest.Crop;
import org.jspecify.annotations.Nullable;

/**
 * Which part of an image is taken, and how large it becomes.
 *
 * @param part of the upright image, in its own pixels
 * @param width of the result
 * @param height of the result
 */
record Geometry(Crop part, int width, int height) {
    /**
     * For an upright image of this size. Fails with 400 {@code VALIDATION_INVALID_INPUT} when the part that is wanted
     * lies outside of it.
     */
    static Geometry of(ImageRequest wanted, int imageWidth, int imageHeight) {
        Crop part = wanted.crop() == null ? new Crop(0, 0, imageWidth, imageHeight) : wanted.crop();
        if (part.x() + part.width() > imageWidth || part.y() + part.height() > imageHeight) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT,
                    "crop lies outside of the image, which is " + imageWidth + " by " + imageHeight);
        }
        Integer width = wanted.width();
        Integer height = wanted.height();
        if (width == null && height == null) {
            return new Geometry(part, part.width(), part.height());
        }
        double across = ratio(width, part.width());
        double down = ratio(height, part.height());
        if (width == null || height == null) {
            double scale = Math.min(1, Math.min(across, down));
            return new Geometry(part, scaled(part.width(), scale), scaled(part.height(), scale));
        }
        return switch (wanted.fit()) {
            case CONTAIN -> {
                double scale = Math.min(1, Math.min(across, down));
                yield new Geometry(part, scaled(part.width(), scale), scaled(part.height(), scale));
            }
            case COVER -> covering(part, width, height);
            case FILL -> new Geometry(part, width, height);
        };
    }

    /** The box keeps its shape, and becomes smaller when the image does not fill it. */
    private static Geometry covering(Crop part, int width, int height) {
        double scale = Math.max((double) width / part.width(), (double) height / part.height());
        int takenWidth = Math.min(part.width(), scaled(width, 1 / scale));
        int takenHeight = Math.min(part.height(), scaled(height, 1 / scale));
        var taken = new Crop(
                part.x() + (part.width() - takenWidth) / 2,
                part.y() + (part.height() - takenHeight) / 2,
                takenWidth,
                takenHeight);
        return scale > 1 ? new Geometry(taken, takenWidth, takenHeight) : new Geometry(taken, width, height);
    }

    private static double ratio(@Nullable Integer wanted, int is) {
        return wanted == null ? Double.MAX_VALUE : (double) wanted / is;
    }

    private static int scaled(int length, double scale) {
        return Math.max(1, (int) Math.round(length * scale));
    }

    /** By how much an image may be reduced while it is read, so that the result is still made from twice its size. */
    int subsampling() {
        int across = part.width() / (2 * width);
        int down = part.height() / (2 * height);
        return Math.max(1, Math.min(across, down));
    }

    long pixels() {
        return (long) width * height;
    }

    /** The same part of an image that was reduced. */
    Crop partOf(int reducedWidth, int reducedHeight, int subsampling) {
        int x = Math.min(part.x() / subsampling, reducedWidth - 1);
        int y = Math.min(part.y() / subsampling, reducedHeight - 1);
        return new Crop(
                x,
                y,
                Math.clamp(part.width() / subsampling, 1, reducedWidth - x),
                Math.clamp(part.height() / subsampling, 1, reducedHeight - y));
    }
}
