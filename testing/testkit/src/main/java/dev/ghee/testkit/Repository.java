package dev.ghee.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the source tree is, and what its build laid out for the stack. */
public final class Repository {
    private Repository() {}

    /** The nearest folder above the working directory with the {@code ghee} modules, or system property ghee.root. */
    public static Path root() {
        String given = System.getProperty("ghee.root");
        if (given != null) {
            return Path.of(given).toAbsolutePath();
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve(".mvn")) && Files.isDirectory(folder.resolve("testing"))) {
                return folder;
            }
        }
        throw new StackException("stack", "not inside a checkout of Ghee; set -Dghee.root");
    }

    /** A file that the build of {@code testing/stack-runtime} puts in place. */
    static Path runtimeFile(String component, String name) {
        Path file = root().resolve("testing/stack-runtime/target/stack").resolve(name);
        return requireBuilt(component, file);
    }

    static Path runtimeClasses(String component) {
        return requireBuilt(component, root().resolve("testing/stack-runtime/target/classes"));
    }

    private static Path requireBuilt(String component, Path file) {
        if (!Files.exists(file)) {
            throw new StackException(
                    component,
                    root().relativize(file) + " is not built; run: ./ghee mvn -pl testing/stack-runtime compile");
        }
        return file;
    }
}
