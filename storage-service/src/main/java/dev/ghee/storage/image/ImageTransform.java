package dev.ghee.storage.image;

import com.luciad.imageio.webp.WebPImageWriterSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.image.ImageRequest.Crop;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import net.coobird.thumbnailator.resizers.Resizer;
import net.coobird.thumbnailator.resizers.Resizers;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * Makes one image of another. Sizes are checked before anything is decoded, so a small file that claims to be a huge
 * image costs nothing. Nothing but the picture is taken over: no camera data, no place where it was taken. What the
 * result weighs in pixels is bounded, and so is what is held of the source. Computes for up to seconds: not for event
 * loops, and not many at once.
 */
final class ImageTransform {
    private static final Set<Orientation> ON_ITS_SIDE =
            Set.of(Orientation.LEFT_TOP, Orientation.RIGHT_TOP, Orientation.RIGHT_BOTTOM, Orientation.LEFT_BOTTOM);

    private final long maxSourcePixels;
    private final long maxPixels;

    ImageTransform(long maxSourcePixels, long maxPixels) {
        this.maxSourcePixels = maxSourcePixels;
        this.maxPixels = maxPixels;
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Made(byte[] bytes, ImageFormat format) {}

    /**
     * Fails with 415 {@code IMAGE_UNREADABLE}, 413 {@code IMAGE_TOO_LARGE}, and 400 {@code VALIDATION_INVALID_INPUT}
     * when the part that is wanted lies outside of the image.
     */
    Made apply(byte[] source, ImageRequest wanted) {
        ImageFormat from = ImageFormat.of(source).orElseThrow(() -> unreadable(null));
        ImageFormat to = wanted.format() == null ? from.made() : wanted.format();
        try {
            BufferedImage image = picture(source, from, to, wanted);
            return new Made(encoded(image, to, wanted.quality()), to);
        } catch (GheeException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Decoders meet what an attacker made up, and fail in many ways.
            throw unreadable(e);
        }
    }

    private BufferedImage picture(byte[] source, ImageFormat from, ImageFormat to, ImageRequest wanted)
            throws IOException {
        ImageReader reader = reader(from);
        try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(source))) {
            reader.setInput(in, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > maxSourcePixels) {
                throw tooLarge("The image has more than " + maxSourcePixels + " pixels");
            }
            Orientation orientation = from == ImageFormat.JPEG ? JpegOrientation.of(source) : null;
            boolean turned = orientation != null && ON_ITS_SIDE.contains(orientation);
            Geometry geometry = Geometry.of(wanted, turned ? height : width, turned ? width : height);
            int subsampling = subsampling(geometry, width, height);
            ImageReadParam param = reader.getDefaultReadParam();
            param.setSourceSubsampling(subsampling, subsampling, 0, 0);
            BufferedImage read = reader.read(0, param);
            BufferedImage upright = orientation == null
                    ? read
                    : ExifFilterUtils.getFilterForOrientation(orientation).apply(read);
            return resized(upright, geometry, subsampling, to);
        } finally {
            reader.dispose();
        }
    }

    private int subsampling(Geometry geometry, int width, int height) {
        int subsampling = geometry.subsampling();
        while (reduced(width, subsampling) * reduced(height, subsampling) > maxPixels) {
            subsampling++;
            boolean tooCoarse = geometry.part().width() / subsampling < geometry.width()
                    || geometry.part().height() / subsampling < geometry.height();
            if (tooCoarse) {
                throw tooLarge(
                        "The result would be made from more than " + maxPixels + " pixels; ask for a smaller one");
            }
        }
        if (geometry.pixels() > maxPixels) {
            throw tooLarge("The result would have more than " + maxPixels + " pixels");
        }
        return subsampling;
    }

    private static long reduced(int length, int subsampling) {
        return (length + subsampling - 1) / subsampling;
    }

    private static BufferedImage resized(BufferedImage image, Geometry geometry, int subsampling, ImageFormat to) {
        Crop part = geometry.partOf(image.getWidth(), image.getHeight(), subsampling);
        BufferedImage taken = plain(image, part, to);
        if (taken.getWidth() == geometry.width() && taken.getHeight() == geometry.height()) {
            return taken;
        }
        var result = new BufferedImage(geometry.width(), geometry.height(), taken.getType());
        boolean smaller = geometry.width() <= taken.getWidth() && geometry.height() <= taken.getHeight();
        Resizer resizer = smaller ? Resizers.PROGRESSIVE : Resizers.BICUBIC;
        resizer.resize(taken, result);
        return result;
    }

    /** In the colours that every writer takes; what shines through becomes white where there is no transparency. */
    private static BufferedImage plain(BufferedImage image, Crop part, ImageFormat to) {
        boolean alpha = to.hasAlpha() && image.getColorModel().hasAlpha();
        var plain = new BufferedImage(
                part.width(), part.height(), alpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = plain.createGraphics();
        try {
            if (!alpha) {
                graphics.setColor(Color.WHITE);
                graphics.fillRect(0, 0, part.width(), part.height());
            }
            graphics.drawImage(image, -part.x(), -part.y(), null);
        } finally {
            graphics.dispose();
        }
        return plain;
    }

    private static byte[] encoded(BufferedImage image, ImageFormat format, int quality) throws IOException {
        ImageWriter writer = writer(format);
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (format != ImageFormat.PNG) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionType(format == ImageFormat.WEBP ? "Lossy" : "JPEG");
                param.setCompressionQuality(quality / 100f);
            }
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** WebP is read by Java code; native code would meet what strangers upload. */
    private static ImageReader reader(ImageFormat format) throws IOException {
        return format == ImageFormat.WEBP
                ? new WebPImageReaderSpi().createReaderInstance(null)
                : own(ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT)));
    }

    private static ImageWriter writer(ImageFormat format) {
        return format == ImageFormat.WEBP
                ? new WebPImageWriterSpi().createWriterInstance(null)
                : own(ImageIO.getImageWritersByFormatName(format.name().toLowerCase(Locale.ROOT)));
    }

    /** Java's own, whatever else is registered. */
    private static <T> T own(Iterator<T> candidates) {
        while (candidates.hasNext()) {
            T candidate = candidates.next();
            if (candidate.getClass().getName().startsWith("com.sun.imageio.")) {
                return candidate;
            }
        }
        throw new IllegalStateException("Java reads and writes these formats itself");
    }

    private static GheeException unreadable(@Nullable Throwable cause) {
        return new GheeException(ErrorCode.IMAGE_UNREADABLE, "The object is no image that can be transformed", cause);
    }

    private static GheeException tooLarge(String message) {
        return new GheeException(ErrorCode.IMAGE_TOO_LARGE, message);
    }
}
