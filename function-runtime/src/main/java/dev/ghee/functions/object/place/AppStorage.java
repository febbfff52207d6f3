package dev.ghee.functions.object.place;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * An app's storage on this node: {@code <class id>/<object id>.sqlite} as workerd writes it, {@code metadata.sqlite}
 * with the alarms of each class, and two files of ours: {@code process}, the id of the process that uses it, and
 * {@code epoch}.
 */
public final class AppStorage {
    private static final Logger LOG = Logger.getLogger(AppStorage.class);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final String PROCESS = "process";
    private static final String EPOCH = "epoch";
    private static final String ALARMS = "metadata.sqlite";

    private final Path directory;

    AppStorage(Path directory) {
        this.directory = directory;
    }

    public Path directory() {
        return directory;
    }

    public void create() throws IOException {
        Files.createDirectories(directory);
    }

    /** Remembers who uses it, for a successor of ours. */
    public void usedBy(long pid) throws IOException {
        String start = ProcessHandle.of(pid).map(AppStorage::startOf).orElse("");
        Files.writeString(directory.resolve(PROCESS), pid + " " + start);
    }

    private static String startOf(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("");
    }

    /**
     * Ends a process that this service left behind when it was killed itself: two on one storage would be two lives of
     * one object.
     */
    public void endStray() throws IOException {
        Path file = directory.resolve(PROCESS);
        if (!Files.exists(file)) {
            return;
        }
        Optional<ProcessHandle> stray = stray(Files.readString(file).strip());
        if (stray.isPresent()) {
            LOG.warnf(
                    "Stray process on objects' storage is killed: pid=%d",
                    stray.get().pid());
            stray.get().destroyForcibly();
            try {
                stray.get().onExit().get(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("A stray process does not end", e);
            }
        }
        Files.delete(file);
    }

    /** The process of that id, if it was started when ours was: ids are used again. */
    private static Optional<ProcessHandle> stray(String record) {
        String[] parts = record.split(" ", -1);
        return parts.length == 2 && parts[0].matches("[0-9]{1,10}")
                ? ProcessHandle.of(Long.parseLong(parts[0]))
                        .filter(process -> startOf(process).equals(parts[1]))
                : Optional.empty();
    }

    /** Deletes what belongs to classes that are no more. Nobody may be using the storage. */
    public void keepOnly(Set<UUID> classes) throws IOException {
        for (Path one : classDirectories()) {
            if (!classes.contains(UUID.fromString(one.getFileName().toString()))) {
                deleteAll(one);
            }
        }
    }

    /** The epoch of which this storage is; empty when it is none, or half of one. */
    public Optional<Long> epoch() throws IOException {
        Path file = directory.resolve(EPOCH);
        return Files.exists(file)
                ? Optional.of(Long.parseLong(Files.readString(file).strip()))
                : Optional.empty();
    }

    /** Says that the storage is whole, and of this epoch. */
    public void epoch(long epoch) throws IOException {
        Files.writeString(directory.resolve(EPOCH), Long.toString(epoch));
    }

    /** Paths of all databases, within the storage. */
    List<String> databases() throws IOException {
        List<String> paths = new ArrayList<>();
        for (Path one : classDirectories()) {
            try (Stream<Path> files = Files.list(one)) {
                files.filter(file -> file.toString().endsWith(".sqlite"))
                        .forEach(file -> paths.add(directory.relativize(file).toString()));
            }
        }
        return paths;
    }

    /** Changes with the database's content. */
    String mark(String database) throws IOException {
        Path file = directory.resolve(database);
        Path log = directory.resolve(database + "-wal");
        return timeAndSize(file) + (Files.exists(log) ? " " + timeAndSize(log) : "");
    }

    private static String timeAndSize(Path file) throws IOException {
        return Files.getLastModifiedTime(file).to(TimeUnit.NANOSECONDS) + ":" + Files.size(file);
    }

    /** Copies a database as it is at one moment, also while it is written to. */
    void copy(String database, Path to) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(database));
                Statement statement = connection.createStatement()) {
            // The copy is of what this transaction sees; without it, each write by others would begin it anew.
            statement.execute("BEGIN");
            statement.executeQuery("SELECT count(*) FROM sqlite_master").close();
            statement.executeUpdate("backup to '" + to.toString().replace("'", "''") + "'");
            statement.execute("COMMIT");
        } catch (SQLException e) {
            throw new IOException("A database of objects cannot be copied", e);
        }
    }

    /** Writes a database that was copied. */
    void put(String database, InputStream content) throws IOException {
        Path file = directory.resolve(database).normalize();
        if (!file.startsWith(directory)) {
            throw new IOException("A snapshot names a file outside of the storage");
        }
        Files.createDirectories(file.getParent());
        Files.copy(content, file);
    }

    /** Deletes everything. */
    public void delete() throws IOException {
        deleteAll(directory);
    }

    /** When the next alarm is due; empty when there is none. May be read while objects run. */
    public Optional<Instant> nextAlarm() throws IOException {
        Optional<Instant> next = Optional.empty();
        for (Path one : classDirectories()) {
            Path alarms = one.resolve(ALARMS);
            if (Files.exists(alarms)) {
                Optional<Instant> due = firstOf(alarms);
                if (next.isEmpty() || (due.isPresent() && due.get().isBefore(next.get()))) {
                    next = due;
                }
            }
        }
        return next;
    }

    private static Optional<Instant> firstOf(Path alarms) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + alarms);
                Statement statement = connection.createStatement();
                // Nanoseconds since 1970.
                ResultSet rows = statement.executeQuery("SELECT min(scheduled_time) FROM _cf_ALARM")) {
            long nanos = rows.next() ? rows.getLong(1) : 0;
            return rows.wasNull() || nanos == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(0, nanos));
        } catch (SQLException e) {
            throw new IOException("Alarms cannot be read", e);
        }
    }

    private List<Path> classDirectories() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isDirectory).toList();
        }
    }

    private static void deleteAll(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
