package dev.ghee.storage.hosting;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import dev.ghee.storage.hosting.site.SiteFile.Form;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** The compressed forms of a content that are worth keeping; made once, served often. Takes a core. */
final class CompressedForms {
    /** Less fits into one packet as it is. */
    static final int LEAST_BYTES = 512;
    /** More is streamed from disk anyway, and would take seconds. */
    static final int MOST_BYTES = 8 * 1024 * 1024;

    private static final int SLOW_BYTES = 512 * 1024;
    private static final double WORTH = 0.9;
    private static final boolean BROTLI = Brotli4jLoader.isAvailable();

    private CompressedForms() {}

    /** Empty when none is at least a tenth smaller. */
    static Map<Form, byte[]> of(byte[] content) throws IOException {
        Map<Form, byte[]> forms = new EnumMap<>(Form.class);
        if (content.length < LEAST_BYTES || content.length > MOST_BYTES) {
            return forms;
        }
        keepWorthy(forms, Form.GZIP, gzip(content), content);
        if (BROTLI) {
            // Quality 11 is ten times slower for the last few percent.
            int quality = content.length > SLOW_BYTES ? 6 : 9;
            keepWorthy(
                    forms,
                    Form.BROTLI,
                    Encoder.compress(content, new Encoder.Parameters().setQuality(quality)),
                    content);
        }
        return forms;
    }

    private static void keepWorthy(Map<Form, byte[]> forms, Form form, byte[] compressed, byte[] content) {
        if (compressed.length < content.length * WORTH) {
            forms.put(form, compressed);
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        var compressed = new ByteArrayOutputStream(content.length / 2);
        try (var gzip = new BestGzip(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 64 * 1024);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
