package dev.ghee.storage.hosting;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * This process's own folder for what it is working on and what it keeps at hand. Nothing in it has to outlive the
 * process; what killed ones have left goes with the next start on the machine.
 */
@ApplicationScoped
class Workspace {
    private static final Logger LOG = Logger.getLogger(Workspace.class);
    private static final String PREFIX = "ghee-sites-";

    private final Path root;

    Workspace(HostingConfig config) {
        Path parent = Path.of(config.directory().orElse(System.getProperty("java.io.tmpdir")));
        this.root = parent.resolve(PREFIX + ProcessHandle.current().pid());
        try {
            Files.createDirectories(parent);
            removeAbandoned(parent);
            // In a container every process has the same number.
            delete(root);
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException("ghee.hosting.directory cannot be used: " + parent, e);
        }
    }

    private static void removeAbandoned(Path parent) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                String pid = folder.getFileName().toString().substring(PREFIX.length());
                if (pid.matches("[0-9]{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    delete(folder);
                }
            }
        }
    }

    /** A new folder; the caller deletes it. */
    Path create(String purpose) throws IOException {
        return Files.createDirectories(root.resolve(purpose + "-" + UUID.randomUUID()));
    }

    /** With everything in it. What cannot be deleted is left for the next start. */
    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (NoSuchFileException e) {
            // As wanted.
        } catch (IOException e) {
            LOG.warnf(e, "Temporary files are left: folder=%s", folder);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        delete(root);
    }
}
