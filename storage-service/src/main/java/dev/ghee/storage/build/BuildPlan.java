package dev.ghee.storage.build;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How to build a project.
 *
 * @param command for a shell, in the project's folder
 * @param outputDirectory relative to the project's folder, without dots
 * @param environment variables of this build alone, which may be secrets
 */
record BuildPlan(
        String command, String outputDirectory, PackageManager packageManager, Map<String, String> environment) {
    private static final int MAX_COMMAND = 1000;
    private static final int MAX_VARIABLES = 200;
    private static final int MAX_VARIABLE_BYTES = 64 * 1024;
    private static final Pattern DIRECTORY = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){0,9}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
    private static final Pattern HASH = Pattern.compile("[a-f0-9]{8,64}");

    /**
     * What a request says, completed with what it leaves out. Fails with {@code VALIDATION_INVALID_SCHEMA}.
     *
     * @param lockfileHash only for the old contract's sake: the lock file itself is what counts
     */
    static BuildPlan of(
            @Nullable String buildCommand,
            @Nullable String outputDir,
            @Nullable PackageManager packageManager,
            @Nullable String lockfileHash,
            @Nullable Map<String, @Nullable String> userEnv) {
        if (lockfileHash == null || !HASH.matcher(lockfileHash).matches()) {
            throw invalid("lockfileHash is 8 to 64 characters of 0-9 and a-f");
        }
        String command = buildCommand == null ? "npm run build" : buildCommand.strip();
        if (command.isEmpty() || command.length() > MAX_COMMAND || hasControl(command)) {
            throw invalid("buildCommand is one line of 1 to " + MAX_COMMAND + " characters");
        }
        String directory = outputDir == null ? "dist" : trimmed(outputDir);
        if (!DIRECTORY.matcher(directory).matches() || ("/" + directory + "/").matches(".*/\\.{1,2}/.*")) {
            throw invalid("outputDir is a folder in the project, such as dist");
        }
        return new BuildPlan(
                command,
                directory,
                packageManager == null ? PackageManager.NPM : packageManager,
                variables(userEnv == null ? Map.of() : userEnv));
    }

    private static String trimmed(String directory) {
        String start = directory.startsWith("./") ? directory.substring(2) : directory;
        return start.endsWith("/") ? start.substring(0, start.length() - 1) : start;
    }

    private static Map<String, String> variables(Map<String, @Nullable String> given) {
        if (given.size() > MAX_VARIABLES) {
            throw invalid("userEnv has at most " + MAX_VARIABLES + " variables");
        }
        Map<String, String> variables = new java.util.LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (!NAME.matcher(name).matches()) {
                throw invalid("A name in userEnv is no name of an environment variable");
            }
            if (value == null
                    || value.indexOf('\0') >= 0
                    || value.getBytes(StandardCharsets.UTF_8).length > MAX_VARIABLE_BYTES) {
                throw invalid("userEnv." + name + " is a text of at most " + MAX_VARIABLE_BYTES + " bytes");
            }
            variables.put(name, value);
        });
        return variables;
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static GheeException invalid(String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, message);
    }

    /** The shell script that installs what the project needs, and builds it. */
    String script() {
        return """
                %1$s
                if [ -f /job/node_modules.tar ]; then
                    echo 'Dependencies: as installed for an earlier build with this lock file'
                    tar -xf /job/node_modules.tar
                else
                    echo '$ %2$s'
                    %2$s
                    if [ -d node_modules ]; then
                        tar -cf /work/out/node_modules.tar node_modules || rm -f /work/out/node_modules.tar
                    fi
                fi
                echo '$ '%3$s
                /bin/sh -ec %3$s
                """.formatted(tool(), packageManager.install(), quoted(command));
    }

    private String tool() {
        return packageManager.packageName().isEmpty()
                ? ""
                : "command -v %1$s >/dev/null || npm install --silent --global --prefix /work/home/tools %2$s"
                        .formatted(packageManager.wireName(), packageManager.packageName());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** Without the environment's values. */
    @Override
    public String toString() {
        return "BuildPlan[" + command + ", " + outputDirectory + ", " + packageManager.wireName() + ", "
                + environment.keySet() + "]";
    }
}
