package dev.ghee.functions.object.place;

import dev.ghee.contracts.AppId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This node's storage: a directory that belongs to one process of this service at a time, with an id of its own. A
 * process that is started again on the same directory is the same node, so that it need not wait for its own lease.
 */
public final class Node implements AutoCloseable {
    private final Path directory;
    private final UUID id;

    /** The system gives it up with the process at the latest. */
    private final FileLock lock;

    private Node(Path directory, UUID id, FileLock lock) {
        this.directory = directory;
        this.id = id;
        this.lock = lock;
    }

    /** Fails when another process has the directory, or it cannot be written. */
    public static Node open(Path directory) {
        try {
            Path root = Files.createDirectories(directory).toRealPath();
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IllegalStateException("ghee.durable-objects.directory belongs to another running process");
            }
            Path file = root.resolve("node");
            if (!Files.exists(file)) {
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return new Node(root, UUID.fromString(Files.readString(file).strip()), lock);
        } catch (IOException e) {
            throw new UncheckedIOException("ghee.durable-objects.directory cannot be used", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public UUID id() {
        return id;
    }

    /** The app's storage, which need not exist yet. */
    public AppStorage storage(AppId app) {
        return new AppStorage(directory.resolve(app.value()));
    }

    /** Apps that have storage here. */
    public List<AppId> apps() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(AppId::isValid)
                    .map(AppId::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
