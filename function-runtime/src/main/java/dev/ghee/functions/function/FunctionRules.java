package dev.ghee.functions.function;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.build.Compiled;
import dev.ghee.functions.build.CompiledModule;
import dev.ghee.functions.build.SourceException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What an app may call a function and put into it. Everything fails with {@code VALIDATION_INVALID_SCHEMA}. */
final class FunctionRules {
    static final int MIN_MEMORY = 64;
    static final int DEFAULT_MEMORY = 128;
    static final int MAX_MEMORY = 1024;
    static final int DEFAULT_TIMEOUT = 30_000;
    static final int MAX_TIMEOUT = 300_000;

    private static final int MAX_VARIABLES = 200;
    private static final int MAX_VALUE = 32 * 1024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,99}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final String RESERVED = "BUTTERBASE_";
    /** What workerd has of Node's modules, without the prefix. */
    private static final Set<String> NODE_MODULES = Set.of(
            "assert",
            "assert/strict",
            "async_hooks",
            "buffer",
            "console",
            "constants",
            "crypto",
            "diagnostics_channel",
            "dns",
            "dns/promises",
            "events",
            "fs",
            "fs/promises",
            "http",
            "https",
            "module",
            "net",
            "os",
            "path",
            "path/posix",
            "path/win32",
            "perf_hooks",
            "process",
            "punycode",
            "querystring",
            "stream",
            "stream/consumers",
            "stream/promises",
            "stream/web",
            "string_decoder",
            "sys",
            "timers",
            "timers/promises",
            "tls",
            "url",
            "util",
            "util/types",
            "zlib");

    private static final Set<String> CLOUDFLARE_MODULES = Set.of("cloudflare:workers");

    private FunctionRules() {}

    static String requireName(@org.jspecify.annotations.Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw invalid("name must be 1 to 100 letters, digits, _ and -, not beginning with -");
        }
        return name;
    }

    /** Checks what the sources import and export. */
    static void requireHandler(Compiled compiled, String entrySource) {
        for (CompiledModule module : compiled.modules()) {
            for (CompiledModule.Import imported : module.imports()) {
                requireImport(module, imported);
            }
        }
        CompiledModule entry = compiled.entryModule();
        boolean exported = entry.exports("handler") || entry.exports("default");
        boolean single = compiled.modules().size() == 1;
        if (!exported || (single && !entrySource.contains("handler"))) {
            throw invalid("The code must export a handler, as in: export async function handler(req, ctx) { … }");
        }
    }

    private static void requireImport(CompiledModule module, CompiledModule.Import imported) {
        String name = imported.specifier();
        boolean known = name.startsWith("node:")
                ? NODE_MODULES.contains(name.substring("node:".length()))
                : NODE_MODULES.contains(name) || CLOUDFLARE_MODULES.contains(name);
        if (known) {
            return;
        }
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        String advice;
        if (name.startsWith("node:") || name.startsWith("cloudflare:")) {
            advice = " is not available here; see the list of modules in the documentation";
        } else if (name.matches("(?i)(?:https?|data|file):.*")) {
            advice = " is imported from an address, which is not possible; send its code in \"files\"";
        } else {
            advice = " is a package, and packages are not installed; bundle it into the code, for example with"
                    + " esbuild --bundle --format=esm, or send its code in \"files\"";
        }
        throw invalid(
                new SourceException(module.path(), imported.line(), imported.column(), "\"" + shown + "\"" + advice));
    }

    static GheeException invalid(SourceException mistake) {
        var details = new HashMap<String, Object>();
        details.put("path", mistake.path());
        details.put("line", mistake.line());
        details.put("column", mistake.column());
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, mistake.described()).withDetails(details);
    }

    /** Names and values to put; null values, where they are allowed, remove. */
    static void requireEnv(Map<String, String> variables, boolean mayRemove) {
        if (variables.size() > MAX_VARIABLES) {
            throw invalid("envVars may have at most " + MAX_VARIABLES + " variables");
        }
        for (var variable : variables.entrySet()) {
            String name = variable.getKey();
            if (!VARIABLE.matcher(name).matches()) {
                throw invalid(
                        "envVars: a name holds letters, digits and _ only, does not begin with a digit, and has at"
                                + " most 128 characters");
            }
            if (name.regionMatches(true, 0, RESERVED, 0, RESERVED.length())) {
                throw invalid("envVars: names that begin with " + RESERVED + " are the platform's");
            }
            String value = variable.getValue();
            if (value == null ? !mayRemove : value.length() > MAX_VALUE) {
                throw invalid(
                        "envVars: the value of " + name + " must be a text of at most " + MAX_VALUE + " characters");
            }
        }
    }

    static void requireRoom(int variables) {
        if (variables > MAX_VARIABLES) {
            throw invalid("An environment may have at most " + MAX_VARIABLES + " variables");
        }
    }

    static int within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw invalid(field + " must be from " + least + " to " + most);
        }
        return value;
    }

    static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message);
    }
}
