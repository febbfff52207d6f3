package dev.ghee.bench.realtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program of this bench, told what to do in lines, answering in lines. Ends with its standard input. */
final class ChildJvm implements AutoCloseable {
    private static final int END_SECONDS = 10;

    private final Process process;
    private final PrintStream in;
    private final BufferedReader out;

    private ChildJvm(Process process) {
        this.process = process;
        this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildJvm start(Class<?> program, int maxHeapMegabytes, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + maxHeapMegabytes + "m",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    long pid() {
        return process.pid();
    }

    void say(String line) {
        in.println(line);
    }

    /** The next line it says. */
    String hear() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("A program of the bench ended early");
        }
        return line;
    }

    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
