package dev.ghee.testkit;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that outlives the JVM that started it. The start mark tells it from another process that got its pid
 * later, so a recorded process is safe to signal.
 *
 * @param pid operating-system id
 * @param startMark when it started, in a unit of the system's own (clock ticks since boot on Linux); only for equality
 * @param log file with its standard output and error
 */
public record OsProcess(long pid, String startMark, Path log) {
    private static final long MAX_LOG_BYTES = 20L * 1024 * 1024;
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /**
     * Starts a component in a session of its own, so that Ctrl-C at a terminal reaches only the launcher, which then
     * stops the components in order.
     */
    static OsProcess start(Component component, Path log) throws IOException {
        Files.createDirectories(log.getParent());
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            command.add(SETSID.toString());
        }
        command.addAll(component.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(component.workingDirectory().toFile())
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(component.environment());
        Process process = builder.start();
        return of(process.pid(), log);
    }

    /** The process that has this pid now; a process already gone gives one that is not {@link #alive}. */
    public static OsProcess of(long pid, Path log) {
        return new OsProcess(pid, startMark(pid), log);
    }

    /** The current JVM. */
    public static OsProcess current(Path log) {
        return of(ProcessHandle.current().pid(), log);
    }

    public boolean alive() {
        return !startMark.isEmpty() && startMark(pid).equals(startMark);
    }

    /**
     * Asks the process to end, waits for at most the limit, then kills it. Does nothing when it is gone already.
     *
     * @param signal name without SIG, such as {@code TERM}
     */
    public void stop(String signal, Duration limit) throws InterruptedException {
        if (!alive()) {
            return;
        }
        try {
            // The shell's own kill: Java can only send TERM and KILL.
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pid)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
        if (!awaitEnd(limit)) {
            kill();
        }
    }

    /** Ends the process at once, as {@code kill -9} does, and waits until it is gone. */
    public void kill() throws InterruptedException {
        if (!alive()) {
            return;
        }
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        awaitEnd(Duration.ofSeconds(10));
    }

    private boolean awaitEnd(Duration limit) throws InterruptedException {
        Instant end = Instant.now().plus(limit);
        while (alive()) {
            if (Instant.now().isAfter(end)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    /** The last lines of the log, for an error message. */
    public String logTail(int lines) {
        try {
            List<String> all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Empty when there is no such process, or only its unreaped remains. */
    private static String startMark(long pid) {
        try {
            // Fields after the command name, which is in parentheses and may hold spaces: state is the first, the
            // start time the 20th. Source: proc_pid_stat(5).
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? "" : fields[19];
        } catch (IOException e) {
            if (Files.isDirectory(Path.of("/proc/self"))) {
                return "";
            }
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .flatMap(handle -> handle.info().startInstant())
                    .map(Instant::toString)
                    .orElse("");
        }
    }
}
