package dev.ghee.storage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.core.MultiMap;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTransformTest {
    private static final ImageTransform TRANSFORM = new ImageTransform(40_000_000, 16_777_216);

    /** Left half red, right half blue. */
    private static byte[] image(String format, int width, int height) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, width / 2, height);
        graphics.setColor(Color.BLUE);
        graphics.fillRect(width / 2, 0, width - width / 2, height);
        graphics.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, format, bytes);
        return bytes.toByteArray();
    }

    private static ImageRequest wanted(String query) {
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        for (String pair : query.split("&", -1)) {
            parameters.add(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return ImageRequest.of(parameters).orElseThrow();
    }

    private static BufferedImage made(byte[] source, String query) throws IOException {
        return read(TRANSFORM.apply(source, wanted(query)).bytes());
    }

    private static BufferedImage read(byte[] bytes) throws IOException {
        if (ImageFormat.of(bytes).orElseThrow() != ImageFormat.WEBP) {
            return ImageIO.read(new ByteArrayInputStream(bytes));
        }
        var reader = new WebPImageReaderSpi().createReaderInstance(null);
        reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)));
        return reader.read(0);
    }

    private static boolean isRed(BufferedImage image, int x, int y) {
        var colour = new Color(image.getRGB(x, y));
        return colour.getRed() > 200 && colour.getBlue() < 60;
    }

    @ParameterizedTest
    @CsvSource({
        "width=100, 100, 50",
        "height=100, 200, 100",
        "width=100&height=100, 100, 50",
        "width=100&height=100&fit=contain, 100, 50",
        "width=100&height=100&fit=cover, 100, 100",
        "width=100&height=100&fit=fill, 100, 100",
        "width=4000, 400, 200",
        "width=1000&height=1000&fit=cover, 200, 200",
        "width=600&height=100&fit=fill, 600, 100",
        "'crop=0,0,50,60', 50, 60",
        "'crop=300,0,100,200&width=50', 50, 100",
        "format=webp, 400, 200",
        "width=1&height=1, 1, 1"
    })
    void theResultHasTheSizeThatWasAskedForButIsNeverBlownUp(String query, int width, int height) throws IOException {
        BufferedImage image = made(image("png", 400, 200), query);
        assertThat(image.getWidth()).isEqualTo(width);
        assertThat(image.getHeight()).isEqualTo(height);
    }

    @ParameterizedTest
    @CsvSource({"jpeg, jpeg", "jpeg, png", "jpeg, webp", "png, jpeg", "png, webp", "gif, png", "gif, webp", "gif, jpeg"
    })
    void everyFormatBecomesEveryOther(String from, String to) throws IOException {
        var made = TRANSFORM.apply(image(from, 64, 64), wanted("width=32&format=" + to));
        assertThat(made.format()).isEqualTo(ImageFormat.named(to).orElseThrow());
        assertThat(ImageFormat.of(made.bytes())).contains(made.format());
        BufferedImage image = read(made.bytes());
        assertThat(isRed(image, 4, 16)).isTrue();
        assertThat(isRed(image, 28, 16)).isFalse();
    }

    @Test
    void webpIsReadToo() throws IOException {
        byte[] webp =
                TRANSFORM.apply(image("png", 64, 64), wanted("format=webp")).bytes();
        var made = TRANSFORM.apply(webp, wanted("width=16"));
        assertThat(made.format()).isEqualTo(ImageFormat.WEBP);
        assertThat(isRed(read(made.bytes()), 2, 8)).isTrue();
    }

    @Test
    void lowerQualityIsShorter() throws IOException {
        var noise = new BufferedImage(128, 128, BufferedImage.TYPE_INT_RGB);
        var random = new Random(7);
        for (int i = 0; i < 128 * 128; i++) {
            noise.setRGB(i % 128, i / 128, random.nextInt());
        }
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(noise, "png", bytes);
        for (String format : new String[] {"jpeg", "webp"}) {
            int low = TRANSFORM
                    .apply(bytes.toByteArray(), wanted("quality=10&format=" + format))
                    .bytes()
                    .length;
            int high = TRANSFORM
                    .apply(bytes.toByteArray(), wanted("quality=95&format=" + format))
                    .bytes()
                    .length;
            assertThat(low).isLessThan(high / 2);
        }
    }

    @Test
    void aPhotoThatLiesOnItsSideIsTurnedAndLosesWhatTheCameraSaid() throws IOException {
        byte[] jpeg = image("jpeg", 200, 100);
        // APP1 with one Exif entry: orientation 6, to be turned right; and a text that must not survive.
        byte[] exif = HexFormat.of()
                .parseHex("ffe1002a457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000"
                        + "534543524554" + "0000");
        var turned = new ByteArrayOutputStream();
        turned.write(jpeg, 0, 2);
        turned.writeBytes(exif);
        turned.write(jpeg, 2, jpeg.length - 2);
        byte[] made =
                TRANSFORM.apply(turned.toByteArray(), wanted("height=100")).bytes();
        BufferedImage image = read(made);
        assertThat(image.getWidth()).isEqualTo(50);
        assertThat(image.getHeight()).isEqualTo(100);
        assertThat(isRed(image, 25, 10)).isTrue();
        assertThat(isRed(image, 25, 90)).isFalse();
        assertThat(new String(made, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("SECRET", "Exif");
    }

    @Test
    void whatIsClearBecomesWhiteInAJpeg() throws IOException {
        var clear = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(clear, "png", bytes);
        assertThat(made(bytes.toByteArray(), "format=jpeg").getRGB(4, 4)).isEqualTo(Color.WHITE.getRGB());
        assertThat(made(bytes.toByteArray(), "width=4").getRGB(2, 2) >>> 24).isZero();
    }

    /** A PNG's head that claims a size; there is next to nothing behind it. */
    private static byte[] claimingPng(int width, int height) throws IOException {
        byte[] png = image("png", 4, 4);
        byte[] head = Arrays.copyOfRange(png, 12, 29);
        for (int i = 0; i < 4; i++) {
            head[4 + i] = (byte) (width >> (24 - 8 * i));
            head[8 + i] = (byte) (height >> (24 - 8 * i));
        }
        var crc = new CRC32();
        crc.update(head);
        System.arraycopy(head, 0, png, 12, head.length);
        for (int i = 0; i < 4; i++) {
            png[29 + i] = (byte) (crc.getValue() >> (24 - 8 * i));
        }
        return png;
    }

    @ParameterizedTest
    @CsvSource({"60000, 60000", "2147483647, 2147483647", "40000001, 1"})
    void aSmallFileThatClaimsToBeHugeIsRefusedBeforeItIsDecoded(int width, int height) throws IOException {
        byte[] bomb = claimingPng(width, height);
        assertThatThrownBy(() -> TRANSFORM.apply(bomb, wanted("width=10")))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE));
    }

    @Test
    void aLargeImageIsReducedWhileItIsReadAndNotKeptWhole() throws IOException {
        var small = new ImageTransform(40_000_000, 250_000);
        byte[] png = image("png", 2000, 1000);
        assertThat(read(small.apply(png, wanted("width=400")).bytes()).getWidth())
                .isEqualTo(400);
        assertThatThrownBy(() -> small.apply(png, wanted("width=1500")))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif"})
    void aDamagedImageIsRefusedAndNothingElseHappens(String format) throws IOException {
        byte[] whole = image(format, 40, 40);
        var random = new Random(11);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = Arrays.copyOf(whole, i % 2 == 0 ? whole.length : random.nextInt(whole.length));
            for (int flips = 0; flips < 3 && damaged.length > 0; flips++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                TRANSFORM.apply(damaged, wanted("width=20"));
            } catch (GheeException e) {
                assertThat(e.code()).isIn(ErrorCode.IMAGE_UNREADABLE, ErrorCode.IMAGE_TOO_LARGE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "width=0",
                "width=-1",
                "width=4097",
                "width=1e3",
                "width=99999999999999999999",
                "width=10&width=20",
                "height=x",
                "quality=0",
                "quality=101",
                "fit=zoom",
                "format=svg",
                "format=gif",
                "crop=1,2,3",
                "crop=1,2,3,4,5",
                "crop=0,0,0,5",
                "crop=-1,0,5,5",
                "crop=a,b,c,d"
            })
    void whatMakesNoSenseIsRefused(String query) {
        assertThatThrownBy(() -> wanted(query))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_INVALID_INPUT));
    }

    @Test
    void aPartOutsideOfTheImageIsRefused() throws IOException {
        byte[] png = image("png", 40, 40);
        assertThatThrownBy(() -> TRANSFORM.apply(png, wanted("crop=30,30,20,20")))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.VALIDATION_INVALID_INPUT));
    }

    @Test
    void aQueryWithoutSuchParametersAsksForNothing() {
        assertThat(ImageRequest.of(MultiMap.caseInsensitiveMultiMap().add("download", "1")))
                .isEmpty();
    }
}
