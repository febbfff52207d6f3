package dev.ghee.storage.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The files of one program: what is put in {@link #source} before it runs, and what it leaves. Gone when closed. What a
 * program left is hostile: links lead anywhere, and names are chosen to confuse.
 */
public final class JobDirectory implements AutoCloseable {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final long DELETE_SECONDS = 120;

    private final Path directory;
    private final int slot;
    private final Runnable onClose;

    private JobDirectory(Path directory, int slot, Runnable onClose) {
        this.directory = directory;
        this.slot = slot;
        this.onClose = onClose;
    }

    static JobDirectory create(Path parent, int slot, Runnable onClose) throws IOException {
        Path directory = Files.createTempDirectory(
                parent, "job", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var created = new JobDirectory(directory, slot, onClose);
        for (String name : List.of("root", "job", "work/src", "work/home", "work/tmp", "work/out")) {
            Files.createDirectories(directory.resolve(name));
        }
        for (String script : List.of("run.sh", "relay.js")) {
            created.copy(script, "job/" + script);
        }
        created.copy("enter.sh", "enter.sh");
        return created;
    }

    private void copy(String resource, String to) throws IOException {
        try (InputStream in = JobDirectory.class.getResourceAsStream("/sandbox/" + resource)) {
            if (in == null) {
                throw new IOException("No resource " + resource);
            }
            Files.copy(in, directory.resolve(to));
        }
    }

    /** The program's working directory: {@code /work/src} inside. */
    public Path source() {
        return directory.resolve("work/src");
    }

    /** {@code /work/out} inside: for what is neither source nor result. */
    public Path out() {
        return directory.resolve("work/out");
    }

    /** {@code /job} inside, where the program can read and not write. */
    public Path readable() {
        return directory.resolve("job");
    }

    Path path() {
        return directory;
    }

    int slot() {
        return slot;
    }

    Path socket() {
        return directory.resolve("egress.sock");
    }

    /** Everything the program can write. */
    Path work() {
        return directory.resolve("work");
    }

    /** The shell script to run, which ends at its first command that fails, and its variables. */
    void write(String script, Map<String, String> environment) throws IOException {
        Files.writeString(directory.resolve("job/job.sh"), script + "\n");
        StringBuilder exports = new StringBuilder();
        environment.forEach((name, value) -> exports.append(export(name, value)));
        Files.writeString(directory.resolve("job/env"), exports);
    }

    private static String export(String name, String value) {
        if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("No variable: " + name);
        }
        return "export " + name + "='" + value.replace("'", "'\\''") + "'\n";
    }

    /** Moves a file out of the directory, whatever its name was; false when there is no such plain file. */
    public boolean take(Path file, Path to) throws IOException {
        if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Files.move(file, to, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    /** Bytes of all files that the program can write, as {@code du} counts them. */
    long usedBytes() throws IOException, InterruptedException {
        Process du = new ProcessBuilder("du", "-sk", "--", work().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        du.waitFor();
        int tab = printed.indexOf('\t');
        return tab < 0 ? 0 : Long.parseLong(printed.substring(0, tab)) * 1024;
    }

    /** Trees of any depth, and folders that their owner made unreadable: the tools know how. */
    static void delete(Path directory) {
        try {
            for (List<String> command : List.of(
                    List.of("chmod", "-R", "u+rwX", "--", directory.toString()),
                    List.of("rm", "-rf", "--", directory.toString()))) {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (!process.waitFor(DELETE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            delete(directory);
        } finally {
            onClose.run();
        }
    }
}
