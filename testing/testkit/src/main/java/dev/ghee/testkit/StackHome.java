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

/**
 * The folder that holds everything of one stack: data, logs, secrets, ports and the endpoints file.
 *
 * @param directory absolute
 */
public record StackHome(Path directory) {
    static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    /** Creates the folder when it is missing. */
    public static StackHome of(Path directory) {
        try {
            return new StackHome(Files.createDirectories(directory.toAbsolutePath().normalize()));
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
        FileAttribute<?> ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
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
