package dev.ghee.storage.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks a project's source into an empty folder. Only plain files come out of it, and none outside of the folder. */
final class SourceArchive {
    private static final int MAX_PATH = 1000;
    private static final int BUFFER = 64 * 1024;
    /** Made anew, or of no use for building. */
    private static final Set<String> LEFT_OUT = Set.of("node_modules", ".git");

    private final Path folder;
    private final long maxBytes;
    private final int maxFiles;
    private long bytes;

    SourceArchive(Path folder, long maxBytes, int maxFiles) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    void unpack(Path zip) throws IOException, SourceException {
        try (ZipFile archive = new ZipFile(zip.toFile(), StandardCharsets.UTF_8)) {
            if (archive.size() > 2 * maxFiles) {
                throw new SourceException("There are more than " + maxFiles + " files in the source");
            }
            Enumeration<? extends ZipEntry> entries = archive.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                List<String> path = path(entry.getName());
                if (!isFolder(entry) && !LEFT_OUT.contains(path.getFirst())) {
                    write(archive, entry, path);
                }
            }
        } catch (ZipException | IllegalArgumentException e) {
            throw new SourceException("The upload is no zip file that can be read", e);
        }
        if (!Files.isRegularFile(folder.resolve("package.json"))) {
            throw new SourceException("There is no package.json at the top; zip the content of the project's folder");
        }
    }

    private static boolean isFolder(ZipEntry entry) {
        return entry.isDirectory() || entry.getName().endsWith("\\");
    }

    private static List<String> path(String name) throws SourceException {
        String slashed = name.replace('\\', '/');
        boolean odd = slashed.isEmpty()
                || slashed.startsWith("/")
                || slashed.length() > MAX_PATH
                || slashed.matches("[A-Za-z]:.*")
                || slashed.chars().anyMatch(Character::isISOControl);
        List<String> segments = List.of((slashed.startsWith("./") ? slashed.substring(2) : slashed).split("/"));
        if (odd || segments.isEmpty() || segments.contains("..") || segments.contains(".") || segments.contains("")) {
            String shown = name.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
            throw new SourceException("A path in the source leads nowhere: "
                    + (shown.length() > 100 ? shown.substring(0, 100) + "…" : shown));
        }
        return segments;
    }

    private void write(ZipFile archive, ZipEntry entry, List<String> path) throws IOException, SourceException {
        Path file = folder;
        try {
            for (String segment : path) {
                file = file.resolve(segment);
            }
            Files.createDirectories(file.resolveSibling("."));
            try (InputStream in = archive.getInputStream(entry);
                    OutputStream out = Files.newOutputStream(file, java.nio.file.StandardOpenOption.CREATE_NEW)) {
                copy(in, out);
            }
        } catch (FileAlreadyExistsException e) {
            throw new SourceException("Two files in the source have the same path", e);
        } catch (FileSystemException e) {
            throw new SourceException("A path in the source cannot be a file's", e);
        }
    }

    private void copy(InputStream in, OutputStream out) throws IOException, SourceException {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            bytes += count;
            if (bytes > maxBytes) {
                throw new SourceException("The source is larger than " + maxBytes + " bytes when unpacked");
            }
            out.write(buffer, 0, count);
        }
    }
}
