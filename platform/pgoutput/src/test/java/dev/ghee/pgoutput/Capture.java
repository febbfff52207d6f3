package dev.ghee.pgoutput;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Messages of a real server, kept as a resource. */
public final class Capture {
    private Capture() {}

    /**
     * A captured message.
     *
     * @param hex its bytes
     */
    public record Entry(StreamPosition position, String hex) {
        public byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        public WalMessage decode() {
            return WalDecoder.decode(ByteBuffer.wrap(bytes()), position);
        }
    }

    public static List<Entry> entries() {
        try (InputStream in = Capture.class.getResourceAsStream("capture.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Capture::entry)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(String line) {
        int space = line.indexOf(' ');
        return new Entry(StreamPosition.valueOf(line.substring(0, space)), line.substring(space + 1));
    }
}
