package dev.ghee.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Command lines for JVMs of the stack: the current JDK, a tight heap, fast start. */
public final class JavaCommand {
    private final List<String> options = new ArrayList<>();

    private JavaCommand() {}

    /** A JVM with the serial collector: the smallest one, for processes that are no hot path. */
    public static JavaCommand small(int maxHeapMegabytes) {
        return new JavaCommand()
                .option("-Xmx" + maxHeapMegabytes + "m")
                .option("-XX:+UseSerialGC")
                .option("-XX:TieredStopAtLevel=1")
                .option("-Xss512k");
    }

    /** A JVM whose throughput matters. */
    public static JavaCommand fast(int maxHeapMegabytes) {
        return new JavaCommand().option("-Xmx" + maxHeapMegabytes + "m").option("-XX:+UseParallelGC");
    }

    public JavaCommand option(String option) {
        options.add(option);
        return this;
    }

    /** Keeps loaded classes in an archive, written when the process first ends by itself or on a signal. */
    public JavaCommand classArchive(Path archive) {
        return option("-XX:+AutoCreateSharedArchive")
                .option("-XX:SharedArchiveFile=" + archive)
                .option("-Xlog:cds=off")
                .option("-Xlog:cds+dynamic=off");
    }

    public List<String> main(String classPath, String mainClass, String... arguments) {
        return command(List.of("-cp", classPath, mainClass), arguments);
    }

    public List<String> jar(Path jar, String... arguments) {
        return command(List.of("-jar", jar.toString()), arguments);
    }

    private List<String> command(List<String> what, String... arguments) {
        String java =
                System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows") ? "java.exe" : "java";
        return Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", java)
                                .toString()),
                        options.stream(),
                        what.stream(),
                        Stream.of(arguments))
                .flatMap(part -> part)
                .toList();
    }

    /** All jars of a folder, in a fixed order. */
    public static String classPath(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return String.join(
                    System.getProperty("path.separator"),
                    jars.filter(jar -> jar.toString().endsWith(".jar"))
                            .map(Path::toString)
                            .sorted()
                            .toList());
        }
    }
}
