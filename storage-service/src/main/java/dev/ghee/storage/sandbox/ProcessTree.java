package dev.ghee.storage.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the processes of a sandbox use. */
final class ProcessTree {
    /** What belongs to a process alone, and what it may share with others of the same sandbox. */
    private static final Pattern RESIDENT = Pattern.compile("Rss(?:Anon|Shmem):\\s+(\\d+) kB");

    private ProcessTree() {}

    /**
     * Resident memory of a process and all below it, without files. Processes whose parent has ended are still below:
     * the first process of a sandbox adopts them.
     */
    static long residentBytes(ProcessHandle top) {
        try (Stream<ProcessHandle> below = top.descendants()) {
            return below.mapToLong(process -> residentBytes(process.pid())).sum();
        }
    }

    private static long residentBytes(long pid) {
        try {
            Matcher found = RESIDENT.matcher(
                    Files.readString(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1));
            long kilobytes = 0;
            while (found.find()) {
                kilobytes += Long.parseLong(found.group(1));
            }
            return kilobytes * 1024;
        } catch (IOException _) {
            // It has ended meanwhile.
            return 0;
        }
    }
}
