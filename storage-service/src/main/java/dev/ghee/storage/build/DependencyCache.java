package dev.ghee.storage.build;

import dev.ghee.contracts.AppId;
import dev.ghee.storage.sandbox.OwnFolder;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Installed dependencies as archives on this machine, by app and by everything that decides what is installed. An app's
 * are its own: what is in one was written by scripts of its packages. The ones unused for longest go first. Blocks.
 */
@ApplicationScoped
class DependencyCache {
    private static final String END = ".tar";

    private final Path directory;
    private final long maxBytes;

    DependencyCache(BuildConfig config) {
        this.directory = config.cacheDirectory()
                .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "ghee-build-cache"))
                .toAbsolutePath();
        this.maxBytes = config.cacheBytes().asLongValue();
    }

    /** Makes it readable at {@code link}, for as long as that is there; false when there is none. */
    boolean give(AppId app, String key, Path link) throws IOException {
        OwnFolder.at(directory);
        Path kept = file(app, key);
        try {
            Files.createLink(link, kept);
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException | UnsupportedOperationException _) {
            // Another file system.
            if (!Files.isRegularFile(kept)) {
                return false;
            }
            Files.copy(kept, link, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.setLastModifiedTime(link, FileTime.from(Instant.now()));
        return true;
    }

    /** Where to move an archive that is to be kept; empty when nothing is. {@link #settle} is to follow. */
    Optional<Path> place(AppId app, String key) throws IOException {
        if (maxBytes == 0) {
            return Optional.empty();
        }
        OwnFolder.at(OwnFolder.at(directory).resolve(app.value()));
        return Optional.of(file(app, key));
    }

    /** Deletes what is too much. */
    synchronized void settle() throws IOException {
        record Kept(Path file, long bytes, FileTime used) {}
        List<Kept> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : files.filter(file -> file.toString().endsWith(END)).toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                all.add(new Kept(file, attributes.size(), attributes.lastModifiedTime()));
            }
        }
        all.sort(Comparator.comparing(Kept::used));
        long bytes = all.stream().mapToLong(Kept::bytes).sum();
        for (Kept oldest : all) {
            if (bytes <= maxBytes) {
                return;
            }
            Files.deleteIfExists(oldest.file());
            bytes -= oldest.bytes();
        }
    }

    private Path file(AppId app, String key) {
        return directory.resolve(app.value()).resolve(key + END);
    }
}
