package dev.ghee.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The folder that holds everything of one stack: data, logs, secrets, ports and the endpoints file.
 *
 * @param directory absolute
 */
public record StackHome(Path directory) {
    /** Under this name the process that supervises the components is recorded. */
    public static final String LAUNCHER = "launcher";

    static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** Creates the folder when it is missing. */
    public static StackHome of(Path directory) {
        try {
            return new StackHome(
                    Files.createDirectories(directory.toAbsolutePath().normalize()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path endpointsFile() {
        return directory.resolve("endpoints.json");
    }

    /** The log of a component. */
    public Path log(String component) {
        return directory.resolve("logs").resolve(component + ".log");
    }

    /** Where a component keeps its files. */
    public Path data(String component) {
        return directory.resolve("data").resolve(component);
    }

    /** Records the process that runs a component, for whoever has to end or adopt it later. */
    public void record(String component, OsProcess process) {
        Path folder = directory.resolve("run");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        writePrivately(folder.resolve(component), process.pid() + " " + process.startMark() + "\n");
    }

    /** The recorded process of a component; it may have ended since. */
    public Optional<OsProcess> recorded(String component) {
        try {
            String[] fields = Files.readString(directory.resolve("run").resolve(component))
                    .strip()
                    .split(" ");
            return fields.length == 2
                    ? Optional.of(new OsProcess(Long.parseLong(fields[0]), fields[1], log(component)))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Every component with a recorded process that is still alive; without the launcher. */
    public Map<String, OsProcess> running() {
        Map<String, OsProcess> running = new TreeMap<>();
        Endpoints.read(endpointsFile()).asMap().forEach((component, entry) -> running.put(component, entry.process()));
        String[] components = directory.resolve("run").toFile().list();
        for (String component : components == null ? new String[0] : components) {
            recorded(component).filter(OsProcess::alive).ifPresent(process -> running.put(component, process));
        }
        running.remove(LAUNCHER);
        running.values().removeIf(process -> !process.alive());
        return running;
    }

    /** Messages that the mail sink received, an {@code .eml} file each. */
    public Path mail() {
        return directory.resolve("mail");
    }

    /** Class archives that make the JVMs of this home start faster. */
    public Path classArchive(String component) throws IOException {
        return Files.createDirectories(directory.resolve("cds")).resolve(component + ".jsa");
    }

    public Secrets secrets() {
        return new Secrets(readStrings(directory.resolve("secrets.json")));
    }

    public void save(Secrets secrets) {
        writeJson(directory.resolve("secrets.json"), secrets.asMap());
    }

    public Ports ports() {
        return new Ports(read(directory.resolve("ports.json"), new TypeReference<Map<String, Integer>>() {}, Map.of()));
    }

    public void save(Ports ports) {
        writeJson(directory.resolve("ports.json"), ports.asMap());
    }

    /** Replaces a file in one step; only its owner may read it. */
    public static void writePrivately(Path file, String text) {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Path part = Files.createTempFile(file.toAbsolutePath().getParent(), ".new", ".part", ownerOnly);
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void writeJson(Path file, Object value) {
        try {
            writePrivately(file, JSON.writeValueAsString(value) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> readStrings(Path file) {
        return read(file, new TypeReference<Map<String, String>>() {}, Map.of());
    }

    private static <T> T read(Path file, TypeReference<T> type, T missing) {
        try {
            return Files.exists(file) ? JSON.readValue(file.toFile(), type) : missing;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
