package dev.ghee.bench;

import dev.ghee.testkit.Endpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** CPU and memory of the stack's processes, and of the load generator, over a measurement. Linux only; else empty. */
public final class ProcessUsage {
    private static final int TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;

    private final Endpoints endpoints;
    private final Map<String, Long> ticksBefore;
    private final long begin = System.nanoTime();

    private ProcessUsage(Endpoints endpoints) {
        this.endpoints = endpoints;
        this.ticksBefore = ticks();
    }

    public static ProcessUsage start(Endpoints endpoints) {
        return new ProcessUsage(endpoints);
    }

    /** Cores used by each process with its children since the start. */
    public String report() {
        return describe((cores, _) -> String.format(Locale.ROOT, "%.2f", cores));
    }

    /** The same, and the CPU time that each of so many requests took. */
    public String report(long requests) {
        return describe((cores, seconds) ->
                String.format(Locale.ROOT, "%.2f (%.0f µs each)", cores, seconds * 1e6 / Math.max(1, requests)));
    }

    /** Cores used by one process with its children since the start. */
    public double cores(String process) {
        double elapsed = (System.nanoTime() - begin) / 1e9;
        return (ticks().getOrDefault(process, 0L) - ticksBefore.getOrDefault(process, 0L))
                / (double) TICKS_PER_SECOND
                / elapsed;
    }

    private String describe(BiFunction<Double, Double, String> figures) {
        double elapsed = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
        var parts = new StringJoiner(", ", "cores: ", "");
        ticks().forEach((process, now) -> {
            double used = (now - ticksBefore.getOrDefault(process, 0L)) / (double) TICKS_PER_SECOND;
            if (used > elapsed / TICKS_PER_SECOND) {
                parts.add(process + " " + figures.apply(used / elapsed, used));
            }
        });
        return parts.toString();
    }

    /** Resident memory of each process; shared pages of Postgres' backends are counted once, with the first. */
    public String memory() {
        var megabytes = new TreeMap<String, Long>();
        endpoints
                .asMap()
                .forEach((name, entry) ->
                        megabytes.put(name, resident(entry.process().pid())));
        return megabytes.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", ", "memory in MB: ", ""));
    }

    private Map<String, Long> ticks() {
        var ticks = new LinkedHashMap<String, Long>();
        endpoints.asMap().forEach((name, entry) -> {
            // The launcher's children are the others; when the stack is our own, it is this process.
            if (!name.equals("launcher")) {
                ticks.put(name, withChildren(entry.process().pid()));
            }
        });
        ticks.put("load generator", ofProcess(ProcessHandle.current().pid()));
        return ticks;
    }

    private static long withChildren(long pid) {
        LongStream children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(ProcessHandle::pid);
        return LongStream.concat(LongStream.of(pid), children)
                .map(ProcessUsage::ofProcess)
                .sum();
    }

    /** User and system time, in clock ticks; 0 for a process that is gone. */
    private static long ofProcess(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The program's name, in parentheses, may hold spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Resident memory of one process, in MB. */
    public static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
