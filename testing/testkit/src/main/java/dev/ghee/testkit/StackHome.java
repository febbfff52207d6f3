package dev.ghee.testkit;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;

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

    /**
     * Where the JVM of a component keeps its class archive, which makes it start faster. The name changes with the
     * jars: a JVM ignores an archive made of other jars, but does not replace it.
     *
     * @param code folders or jars with all classes of the component
     */
    public Path classArchive(String component, Path... code) throws IOException {
        CRC32 fingerprint = new CRC32();
        for (Path root : code) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path jar : files.filter(Files::isRegularFile).sorted().toList()) {
                    String line = jar + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar) + "\n";
                    fingerprint.update(line.getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        Path folder = Files.createDirectories(directory.resolve("cds"));
        String name = component + "-" + Long.toHexString(fingerprint.getValue()) + ".jsa";
        String[] outdated = folder.toFile().list((in, file) -> file.startsWith(component + "-") && !file.equals(name));
        for (String file : outdated == null ? new String[0] : outdated) {
            Files.deleteIfExists(folder.resolve(file));
        }
        return folder.resolve(name);
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
