package dev.ghee.functions.engine;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the program that {@code install-workerd} put into place. */
final class WorkerdBinary {
    private WorkerdBinary() {}

    /** Throws {@link IllegalStateException} that says what to do when there is none for this system. */
    static Path in(Path directory) {
        String architecture = System.getProperty("os.arch");
        String suffix = architecture.equals("aarch64") ? "arm64" : "64";
        Path binary = directory
                .toAbsolutePath()
                .normalize()
                .resolve("node_modules/@cloudflare/workerd-linux-" + suffix + "/bin/workerd");
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException("workerd is not installed: " + binary
                    + " is missing. Run function-runtime/install-workerd, or set ghee.functions.workerd-directory.");
        }
        return binary;
    }
}
