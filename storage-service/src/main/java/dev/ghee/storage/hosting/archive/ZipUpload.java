package dev.ghee.storage.hosting.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Unpacks a zip from somebody we do not trust. Names of the archive are never names on this machine's disk, and a
 * content's announced length is not believed.
 */
public final class ZipUpload {
    private static final int FILE_TYPE = 0xF000;
    private static final int REGULAR = 0x8000;

    /** Text shrinks to a tenth, and little else shrinks at all. */
    private static final long MAX_RATIO = 100;
    /** Less than this is no bomb, whatever it came from. */
    private static final long RATIO_FREE_BYTES = 16 * 1024 * 1024;

    private ZipUpload() {}

    /**
     * Unpacks into {@code directory}, which exists and is empty, under names of our own. Blocks; hashing takes a core.
     * What is left in the directory after a failure is the caller's to delete.
     */
    public static List<StagedFile> stage(Path zip, Path directory, SiteLimits limits)
            throws IOException, InvalidSiteException {
        try {
            requireFewEntries(zip, limits);
            return unpack(zip, directory, limits);
        } catch (BombException e) {
            throw new InvalidSiteException("The files are more than " + MAX_RATIO + " times as large as their zip", e);
        } catch (UnreadableException e) {
            throw new InvalidSiteException("The upload is no zip file that can be read", e);
        }
    }

    /** Before the other reader makes an object of every entry; this one only keeps the table's bytes. */
    private static void requireFewEntries(Path zip, SiteLimits limits) throws IOException, InvalidSiteException {
        try (var counted = new java.util.zip.ZipFile(zip.toFile())) {
            // Folders are entries too.
            if (counted.size() > 2 * limits.maxFiles()) {
                throw Staging.tooMany(limits);
            }
        } catch (IOException | RuntimeException e) {
            throw new UnreadableException(e);
        }
    }

    private static List<StagedFile> unpack(Path zip, Path directory, SiteLimits limits)
            throws IOException, InvalidSiteException {
        long archived = Files.size(zip);
        var staging = new Staging(limits);
        try (ZipFile archive = open(zip)) {
            Enumeration<ZipArchiveEntry> entries = archive.getEntriesInPhysicalOrder();
            for (int number = 0; entries.hasMoreElements(); number++) {
                ZipArchiveEntry entry = entries.nextElement();
                Optional<SitePath> path = isFolder(entry) ? Optional.empty() : SitePath.of(entry.getName());
                if (path.isEmpty()) {
                    continue;
                }
                requirePlain(archive, entry);
                Path file = directory.resolve(Integer.toString(number));
                try (InputStream content = new Inflating(archive, entry, staging, archived);
                        OutputStream copy = Files.newOutputStream(file)) {
                    staging.add(path.get(), file, content, copy);
                }
            }
        }
        return staging.site();
    }

    private static ZipFile open(Path zip) throws UnreadableException {
        try {
            return ZipFile.builder().setPath(zip).get();
        } catch (IOException | RuntimeException e) {
            throw new UnreadableException(e);
        }
    }

    private static boolean isFolder(ZipArchiveEntry entry) {
        // With a backslash when it was packed on Windows.
        return entry.isDirectory() || entry.getName().endsWith("\\");
    }

    private static void requirePlain(ZipFile archive, ZipArchiveEntry entry) throws InvalidSiteException {
        String name = SitePath.shown(entry.getName());
        int type = entry.getUnixMode() & FILE_TYPE;
        if (type != 0 && type != REGULAR) {
            throw new InvalidSiteException("There is a link or a device in it: " + name);
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new InvalidSiteException("A file is encrypted: " + name);
        }
        if (!archive.canReadEntryData(entry)) {
            throw new InvalidSiteException("A file is compressed in a way that is not known here: " + name);
        }
    }

    private static final class BombException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Whatever the library says of an archive that is none. */
    private static final class UnreadableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreadableException(Exception cause) {
            super(cause);
        }
    }

    /** Stops reading as soon as it is a bomb. */
    private static final class Inflating extends InputStream {
        private final InputStream content;
        private final Staging staging;
        private final long archived;

        Inflating(ZipFile archive, ZipArchiveEntry entry, Staging staging, long archived) throws IOException {
            try {
                this.content = archive.getInputStream(entry);
            } catch (IOException | RuntimeException e) {
                throw new UnreadableException(e);
            }
            this.staging = staging;
            this.archived = archived;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (staging.bytes() > RATIO_FREE_BYTES && staging.bytes() / MAX_RATIO > archived) {
                throw new BombException();
            }
            try {
                return content.read(into, offset, length);
            } catch (IOException | RuntimeException e) {
                throw new UnreadableException(e);
            }
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
