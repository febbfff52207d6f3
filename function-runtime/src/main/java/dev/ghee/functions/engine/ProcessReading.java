package dev.ghee.functions.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What /proc says of a process.
 *
 * @param cpuMillis processor time of all its threads since its start
 * @param privateBytes memory that is its alone, as far as it is resident
 */
public record ProcessReading(long cpuMillis, long privateBytes) {
    private static final long MILLIS_PER_TICK = 10;
    private static final long PAGE_BYTES = 4096;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int START_TICKS = 19;

    /** Empty when there is no such process any more. */
    static Optional<ProcessReading> of(long pid) {
        try {
            String[] stat = stat(pid);
            String[] memory = Files.readString(Path.of("/proc/" + pid + "/statm"), StandardCharsets.US_ASCII)
                    .split(" ");
            long ticks = Long.parseLong(stat[USER_TICKS]) + Long.parseLong(stat[SYSTEM_TICKS]);
            long pages = Long.parseLong(memory[1]) - Long.parseLong(memory[2]);
            return Optional.of(new ProcessReading(ticks * MILLIS_PER_TICK, pages * PAGE_BYTES));
        } catch (IOException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    /** When the process started, in ticks since the machine did: with the pid, names a process for good. */
    static Optional<String> startOf(long pid) {
        try {
            return Optional.of(stat(pid)[START_TICKS]);
        } catch (IOException | IndexOutOfBoundsException _) {
            return Optional.empty();
        }
    }

    /** The fields after the command's name, which may itself hold spaces and brackets. */
    private static String[] stat(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return line.substring(line.lastIndexOf(')') + 2).split(" ");
    }
}
