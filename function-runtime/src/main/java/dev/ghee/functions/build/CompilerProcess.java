package dev.ghee.functions.build;

import com.caoccao.javet.swc4j.Swc4j;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A running {@link CompilerMain}. For one thread at a time; {@link #kill} is for any. */
final class CompilerProcess implements AutoCloseable {
    private static final String NATIVE = "/libswc4j-linux-%s.v.%s.so";
    private static final Pattern JAR = Pattern.compile("swc4j-([0-9.]+)\\.jar");
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Process process;
    private final Path directory;
    private final DataInputStream in;
    private final DataOutputStream out;

    private CompilerProcess(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    }

    /** Starts one, in a directory of its own for swc's library. */
    static CompilerProcess start() throws IOException {
        Path directory = Files.createTempDirectory("ghee-compiler");
        var command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+SuppressFatalErrorMessage",
                "-XX:-CreateCoredumpOnCrash",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                classPath(),
                CompilerMain.class.getName());
        command.directory(directory.toFile());
        // Nothing of ours, secrets least of all, is any of its business.
        command.environment().clear();
        command.redirectError(ProcessBuilder.Redirect.DISCARD);
        return new CompilerProcess(command.start(), directory);
    }

    /** Only what it needs: ours, swc4j, and the jar of its library. */
    private static String classPath() {
        Set<String> places = new LinkedHashSet<>();
        places.add(place(CompilerMain.class));
        places.add(place(Swc4j.class));
        Matcher jar = JAR.matcher(place(Swc4j.class));
        for (String architecture : List.of("x86_64", "arm64")) {
            URL library = jar.find() ? Swc4j.class.getResource(NATIVE.formatted(architecture, jar.group(1))) : null;
            jar.reset();
            if (library != null && "jar".equals(library.getProtocol())) {
                String path = library.getPath();
                places.add(path.substring("file:".length(), path.indexOf("!/")));
            }
        }
        return String.join(File.pathSeparator, places);
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("A class from no file", e);
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Fails with {@link SourceException}, or {@link IOException} when the process has ended. */
    Compiled compile(Sources sources) throws IOException {
        Frames.writeSources(out, sources);
        return Frames.readCompiled(in);
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(java.util.Comparator.reverseOrder())
                        .map(Path::toFile)
                        .forEach(File::delete);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
