package dev.ghee.storage.image;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of an image: the parameters {@code width}, {@code height}, {@code fit}, {@code crop}, {@code format}
 * and {@code quality} of a query. Lengths are pixels from 1 to {@value #MAX_SIDE}.
 *
 * @param crop the part to take before anything else, or null for all of it
 * @param width null to follow from the height
 * @param height null to follow from the width
 * @param format null for the image's own
 * @param quality from 1 to 100; for JPEG and WebP
 */
public record ImageRequest(
        @Nullable Crop crop,
        @Nullable Integer width,
        @Nullable Integer height,
        Fit fit,
        @Nullable ImageFormat format,
        int quality) {
    static final int MAX_SIDE = 4096;
    private static final int MAX_POSITION = 65_535;
    private static final int DEFAULT_QUALITY = 80;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");
    private static final List<String> PARAMETERS = List.of("width", "height", "fit", "crop", "format", "quality");

    /** How an image is put into a box of another shape. None makes it larger than it is, but {@link #FILL}. */
    enum Fit {
        /** All of it is seen; the result may be smaller than the box in one direction. */
        CONTAIN,
        /** The box is full; what stands out is cut off, the same on both sides. */
        COVER,
        /** Stretched. */
        FILL
    }

    /** A part of an image, upright as it is seen. */
    record Crop(int x, int y, int width, int height) {}

    /** Empty when the query asks for no transform. Fails with 400 {@code VALIDATION_INVALID_INPUT}. */
    public static Optional<ImageRequest> of(MultiMap query) {
        if (!isAskedBy(query)) {
            return Optional.empty();
        }
        for (String name : PARAMETERS) {
            if (query.getAll(name).size() > 1) {
                throw invalid(name, "may be given once");
            }
        }
        return Optional.of(new ImageRequest(
                crop(query.get("crop")),
                number(query, "width", MAX_SIDE),
                number(query, "height", MAX_SIDE),
                fit(query.get("fit")),
                format(query.get("format")),
                quality(number(query, "quality", 100))));
    }

    /** Whether the query asks for a transform at all, sensible or not. */
    static boolean isAskedBy(MultiMap query) {
        return PARAMETERS.stream().anyMatch(query::contains);
    }

    /** The same for requests that want the same. */
    String canonical() {
        return crop + "|" + width + "|" + height + "|" + fit + "|" + format + "|" + quality;
    }

    private static @Nullable Integer number(MultiMap query, String name, int max) {
        String text = query.get(name);
        if (text == null) {
            return null;
        }
        int value = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (value < 1 || value > max) {
            throw invalid(name, "takes a whole number from 1 to " + max);
        }
        return value;
    }

    private static int quality(@Nullable Integer given) {
        return given == null ? DEFAULT_QUALITY : given;
    }

    private static Fit fit(@Nullable String text) {
        return switch (text == null ? "contain" : text.toLowerCase(Locale.ROOT)) {
            case "contain", "inside" -> Fit.CONTAIN;
            case "cover" -> Fit.COVER;
            case "fill" -> Fit.FILL;
            default -> throw invalid("fit", "takes contain, cover or fill");
        };
    }

    private static @Nullable ImageFormat format(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return ImageFormat.named(text).orElseThrow(() -> invalid("format", "takes jpeg, png or webp"));
    }

    private static @Nullable Crop crop(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(",", 5);
        int[] numbers = new int[4];
        if (parts.length != numbers.length) {
            throw invalid("crop", "takes x,y,width,height");
        }
        for (int i = 0; i < numbers.length; i++) {
            if (!NUMBER.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > MAX_POSITION) {
                throw invalid("crop", "takes x,y,width,height in pixels");
            }
            numbers[i] = Integer.parseInt(parts[i]);
        }
        if (numbers[2] < 1 || numbers[3] < 1) {
            throw invalid("crop", "must not be empty");
        }
        return new Crop(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static GheeException invalid(String parameter, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_INPUT, parameter + " " + message);
    }
}
