package dev.ghee.bench.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the local object store really has on its disk for an app: also parts and other things that no listing shows. */
public final class StoredFiles {
    private StoredFiles() {}

    /** @param store directory of the store's data */
    public static List<String> of(Path store, String app) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> store.relativize(file).toString())
                    .filter(name -> name.contains(app))
                    .sorted()
                    .toList();
        }
    }
}
