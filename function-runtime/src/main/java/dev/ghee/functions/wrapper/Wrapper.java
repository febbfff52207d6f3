package dev.ghee.functions.wrapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The modules that are loaded with every function. The function's own entry module has to be named
 * {@link #FUNCTION_MODULE}, and none of its modules may lie in {@link #FOLDER}.
 */
public final class Wrapper {
    /** Where the wrapper's modules lie among a function's. */
    public static final String FOLDER = "ghee/";

    /** The module that takes the calls. */
    public static final String MAIN_MODULE = FOLDER + "main.js";

    /** The module whose {@code handler} or default export is called. */
    public static final String FUNCTION_MODULE = "function.js";

    /** Which wrapper this is: code that was loaded with another one has to be loaded anew. */
    public static final int VERSION = 1;

    private static final Map<String, String> MODULES = load(List.of(
            "call.js",
            "console.js",
            "context.js",
            "database.js",
            "globals.js",
            "host.js",
            "kv.js",
            "main.js",
            "sockets.js"));

    private Wrapper() {}

    /** Source by module name. */
    public static Map<String, String> modules() {
        return MODULES;
    }

    private static Map<String, String> load(List<String> files) {
        var modules = new HashMap<String, String>();
        for (String file : files) {
            modules.put(FOLDER + file, read(file));
        }
        return Map.copyOf(modules);
    }

    private static String read(String file) {
        try (InputStream in = Wrapper.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("The wrapper lacks " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
