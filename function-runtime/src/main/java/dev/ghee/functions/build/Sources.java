package dev.ghee.functions.build;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Files to compile together: at most {@value #MAX_FILES}, each of {@value #MAX_FILE_BYTES} bytes, together
 * {@value #MAX_BYTES}. A path is relative, of letters, digits and {@code _ - . @}, and ends with {@code .ts},
 * {@code .tsx}, {@code .js}, {@code .jsx}, {@code .mts} or {@code .mjs}.
 *
 * @param files source by path
 * @param entry one of the paths
 */
public record Sources(Map<String, String> files, String entry) {
    public static final int MAX_FILES = 100;
    public static final int MAX_FILE_BYTES = 1 << 20;
    public static final int MAX_BYTES = 5 << 20;
    /** What a single source without a path is called: TypeScript, or JavaScript that TypeScript understands as well. */
    public static final String SINGLE = "index.ts";

    private static final int MAX_PATH = 200;
    private static final Pattern PATH = Pattern.compile(
            "(?:[A-Za-z0-9_@-][A-Za-z0-9_@.-]*/){0,16}[A-Za-z0-9_@-][A-Za-z0-9_@.-]*\\.(?:m?[jt]s|[jt]sx)");

    /** Fails with {@link SourceException} when it does not fit. */
    public Sources {
        files = new LinkedHashMap<>(files);
        if (files.isEmpty()) {
            throw new SourceException(entry, 0, 0, "There are no files");
        }
        if (files.size() > MAX_FILES) {
            throw new SourceException(entry, 0, 0, "There are more than " + MAX_FILES + " files");
        }
        long total = 0;
        for (var file : files.entrySet()) {
            requirePath(file.getKey());
            total += bytes(file.getKey(), file.getValue());
        }
        if (total > MAX_BYTES) {
            throw new SourceException(entry, 0, 0, "The files are longer than " + MAX_BYTES + " bytes together");
        }
        if (!files.containsKey(entry)) {
            throw new SourceException(entry, 0, 0, "No file has the path that \"entry\" names");
        }
    }

    /** One file. */
    public static Sources of(String source) {
        return new Sources(Map.of(SINGLE, source), SINGLE);
    }

    private static void requirePath(String path) {
        if (path.length() > MAX_PATH || !PATH.matcher(path).matches()) {
            throw new SourceException(
                    "",
                    0,
                    0,
                    "A path of files does not fit: paths are relative, without \"..\", of letters, digits and _ - . @,"
                            + " and end with .ts, .tsx, .js, .jsx, .mts or .mjs");
        }
    }

    private static long bytes(String path, String source) {
        if (source.length() > MAX_FILE_BYTES) {
            throw tooLong(path);
        }
        int bytes = source.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_FILE_BYTES) {
            throw tooLong(path);
        }
        if (source.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(source)) {
            throw new SourceException(path, 0, 0, path + " holds U+0000 or half a character");
        }
        return bytes;
    }

    private static SourceException tooLong(String path) {
        return new SourceException(path, 0, 0, path + " is longer than " + MAX_FILE_BYTES + " bytes");
    }

    /** Without code, which is the app's secret. */
    @Override
    public String toString() {
        return "Sources[" + files.keySet() + "]";
    }
}
