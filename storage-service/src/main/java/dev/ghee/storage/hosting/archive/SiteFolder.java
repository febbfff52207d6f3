package dev.ghee.storage.hosting.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folder that a build has left: its files stay where they are. */
public final class SiteFolder {
    private SiteFolder() {}

    /** Follows no links: one that leads out of the folder would publish this machine's own files. Blocks. */
    public static List<StagedFile> stage(Path folder, SiteLimits limits) throws IOException, InvalidSiteException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidSiteException("The build left no such folder");
        }
        var staging = new Staging(limits);
        for (Path file : files(folder, limits)) {
            Optional<SitePath> path = SitePath.of(folder.relativize(file).toString());
            if (path.isEmpty()) {
                continue;
            }
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new InvalidSiteException("There is a link or a device in it: "
                        + SitePath.shown(path.get().value()));
            }
            try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                staging.add(path.get(), file, content, OutputStream.nullOutputStream());
            }
        }
        return staging.site();
    }

    private static List<Path> files(Path folder, SiteLimits limits) throws IOException, InvalidSiteException {
        List<Path> files = new ArrayList<>();
        // Hidden ones count as well: walking has to end.
        int most = 10 * limits.maxFiles();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return files.size() > most ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }
        });
        if (files.size() > most) {
            throw Staging.tooMany(limits);
        }
        return files;
    }
}
