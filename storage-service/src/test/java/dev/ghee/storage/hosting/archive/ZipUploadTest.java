package dev.ghee.storage.hosting.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipUploadTest {
    private static final SiteLimits LIMITS = new SiteLimits(50, 20 * 1024 * 1024);

    @TempDir
    Path folder;

    private interface Content {
        void write(ZipArchiveOutputStream zip) throws IOException;
    }

    private Path zip(Content content) throws IOException {
        Path file = folder.resolve("upload.zip");
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipArchiveOutputStream(out)) {
            zip.setLevel(Deflater.BEST_COMPRESSION);
            content.write(zip);
        }
        return file;
    }

    private static void add(ZipArchiveOutputStream zip, String name, byte[] content) throws IOException {
        zip.putArchiveEntry(new ZipArchiveEntry(name));
        zip.write(content);
        zip.closeArchiveEntry();
    }

    private static void add(ZipArchiveOutputStream zip, String... names) throws IOException {
        for (String name : names) {
            add(zip, name, name.getBytes(UTF_8));
        }
    }

    private List<StagedFile> stage(Path zip) throws IOException, InvalidSiteException {
        return ZipUpload.stage(zip, Files.createTempDirectory(folder, "staged"), LIMITS);
    }

    private void refuses(Path zip, String why) {
        assertThatThrownBy(() -> stage(zip))
                .isInstanceOf(InvalidSiteException.class)
                .hasMessageContaining(why);
    }

    @Test
    void unpacksFilesWithTheirHashes() throws Exception {
        List<StagedFile> files = stage(zip(zip -> add(zip, "index.html", "assets/", "assets/a.js")));

        assertThat(files).extracting(file -> file.path().value()).containsExactly("index.html", "assets/a.js");
        assertThat(files.getFirst().sha256()).isEqualTo(sha256("index.html"));
        assertThat(files.getFirst().file()).hasContent("index.html");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    }

    @Test
    void looksIntoASingleFolder() throws Exception {
        assertThat(stage(zip(zip -> add(zip, "dist/", "dist/index.html", "dist/a/b.js", "__MACOSX/dist/._a"))))
                .extracting(file -> file.path().value())
                .containsExactly("index.html", "a/b.js");
    }

    @Test
    void readsBackslashesOfWindows() throws Exception {
        assertThat(stage(zip(zip -> add(zip, "out\\index.html", "out\\a\\b.js"))))
                .extracting(file -> file.path().value())
                .containsExactly("index.html", "a/b.js");
    }

    @Test
    void keepsFilesWhoseNamesDifferInCase() throws Exception {
        assertThat(stage(zip(zip -> add(zip, "index.html", "Logo.svg", "logo.svg"))))
                .hasSize(3);
    }

    @Test
    void refusesASiteWithoutAFirstPage() throws Exception {
        refuses(zip(zip -> add(zip, "a.js")), "no index.html");
        refuses(zip(zip -> add(zip, "dist/index.html", "other/a.js")), "no index.html");
        refuses(zip(_ -> {}), "no files");
    }

    @Test
    void refusesPathsThatLeadOut() throws Exception {
        refuses(zip(zip -> add(zip, "index.html", "../../etc/cron.d/x")), "leads out");
        refuses(zip(zip -> add(zip, "index.html", "..\\x")), "leads out");
        refuses(zip(zip -> add(zip, "index.html", "C:\\x")), "absolute");
    }

    @Test
    void refusesTheSamePathTwice() throws Exception {
        refuses(zip(zip -> add(zip, "index.html", "a\\b", "a/b")), "two files named a/b");
    }

    @Test
    void refusesLinks() throws Exception {
        refuses(
                zip(zip -> {
                    var link = new ZipArchiveEntry("passwd");
                    link.setUnixMode(0120777);
                    zip.putArchiveEntry(link);
                    zip.write("/etc/passwd".getBytes(UTF_8));
                    zip.closeArchiveEntry();
                    add(zip, "index.html");
                }),
                "link");
    }

    @Test
    void refusesTooManyEntries() throws Exception {
        refuses(
                zip(zip -> {
                    for (int i = 0; i < 101; i++) {
                        add(zip, "f" + i);
                    }
                }),
                "more than 50 files");
        refuses(
                zip(zip -> {
                    for (int i = 0; i < 51; i++) {
                        add(zip, "f" + i);
                    }
                }),
                "more than 50 files");
    }

    @Test
    void stopsAtABomb() throws Exception {
        refuses(
                zip(zip -> {
                    add(zip, "index.html");
                    add(zip, "zeros", new byte[40 * 1024 * 1024]);
                }),
                "100 times");
    }

    @Test
    void stopsAtTheLimitOfBytes() throws Exception {
        byte[] noise = new byte[1024 * 1024];
        new Random(1).nextBytes(noise);
        refuses(
                zip(zip -> {
                    add(zip, "index.html");
                    for (int i = 0; i < 21; i++) {
                        add(zip, "noise" + i, noise);
                    }
                }),
                "larger than");
    }

    @Test
    void refusesEveryTruncationAndWhatIsNoZip() throws Exception {
        byte[] whole = Files.readAllBytes(zip(zip -> add(zip, "index.html", "assets/a.js")));
        for (int length = 0; length < whole.length; length++) {
            Path cut = folder.resolve("cut.zip");
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> stage(cut)).isInstanceOf(InvalidSiteException.class);
        }
    }

    @Test
    void survivesEveryFlippedByte() throws Exception {
        byte[] whole = Files.readAllBytes(zip(zip -> add(zip, "index.html", "assets/a.js")));
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) 0xff;
            Path file = folder.resolve("changed.zip");
            Files.write(file, changed);
            try {
                assertThat(stage(file)).isNotEmpty();
            } catch (InvalidSiteException e) {
                assertThat(e).hasMessageNotContaining(folder.toString());
            }
        }
    }
}
