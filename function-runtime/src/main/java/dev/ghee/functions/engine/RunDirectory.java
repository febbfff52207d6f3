package dev.ghee.functions.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** One folder per process, with its configuration, its sockets, and a record by which the next start can end it. */
final class RunDirectory implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RunDirectory.class);
    private static final String RECORD = "process";
    /** What the system allows a socket's path, without its end mark. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private static final int LONGEST_NAME = 50;

    private final Path directory;
    private final FileChannel lock;
    private final AtomicLong sequence = new AtomicLong();

    private RunDirectory(Path directory, FileChannel lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Takes the folder for this process of the service alone, and ends what a former one left running in it. Throws
     * {@link IllegalStateException} when another one has it, or when its path is too long.
     */
    static RunDirectory open(Optional<Path> configured) {
        Path directory = configured.orElseGet(RunDirectory::standard).toAbsolutePath();
        if (directory.toString().getBytes(StandardCharsets.UTF_8).length + LONGEST_NAME > LONGEST_SOCKET_PATH) {
            throw new IllegalStateException("Sockets in " + directory + " would have paths longer than "
                    + LONGEST_SOCKET_PATH + " bytes; set ghee.functions.run-directory to a shorter one.");
        }
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            FileChannel lock =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                lock.close();
                throw new IllegalStateException(directory
                        + " is another process's; set ghee.functions.run-directory, one for each function-runtime.");
            }
            endLeftovers(directory);
            return new RunDirectory(directory, lock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path standard() {
        String here = Path.of("").toAbsolutePath().toString();
        return Path.of(System.getProperty("java.io.tmpdir")).resolve("ghee-fn-" + Integer.toHexString(here.hashCode()));
    }

    /** A new folder of a process. */
    Path create(String name) throws IOException {
        String shortened = name.length() > 20 ? name.substring(0, 20) : name;
        Path folder = directory.resolve(sequence.incrementAndGet() + "-" + shortened);
        delete(folder);
        return Files.createDirectory(folder);
    }

    /** Notes which process runs in a folder. */
    static void record(Path folder, long pid) throws IOException {
        String start = ProcessReading.startOf(pid).orElse("gone");
        Files.writeString(folder.resolve(RECORD), pid + " " + start + "\n");
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warnf("Cannot delete %s: %s", folder, e.getMessage());
        }
    }

    private static void endLeftovers(Path directory) throws IOException {
        List<Path> folders;
        try (Stream<Path> entries = Files.list(directory)) {
            folders = entries.filter(Files::isDirectory).toList();
        }
        for (Path folder : folders) {
            Path record = folder.resolve(RECORD);
            if (Files.exists(record)) {
                endLeftover(Files.readString(record).trim().split(" "));
            }
            delete(folder);
        }
    }

    private static void endLeftover(String[] record) {
        if (record.length != 2 || !record[0].matches("[0-9]{1,18}")) {
            return;
        }
        long pid = Long.parseLong(record[0]);
        // Another process may have the number by now.
        if (ProcessReading.startOf(pid).equals(Optional.of(record[1]))) {
            LOG.infof("Ending workerd process %d, which a former function-runtime left behind", pid);
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
