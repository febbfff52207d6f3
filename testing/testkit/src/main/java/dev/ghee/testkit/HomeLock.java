package dev.ghee.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One process at a time changes a home; held by a file lock, so it never outlives its process. */
public record HomeLock(FileChannel channel, FileLock lock) implements AutoCloseable {

    /** Waits until nobody else holds the lock that guards starting and stopping. */
    static HomeLock acquire(StackHome home) throws IOException {
        while (true) {
            Optional<HomeLock> lock = tryAcquire(home.directory().resolve("stack.lock"));
            if (lock.isPresent()) {
                return lock.get();
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    /** Empty when another process, or another part of this one, holds it. */
    public static Optional<HomeLock> tryAcquire(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another thread of this JVM: the same as held by another process.
            channel.close();
            return Optional.empty();
        }
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new HomeLock(channel, lock));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
