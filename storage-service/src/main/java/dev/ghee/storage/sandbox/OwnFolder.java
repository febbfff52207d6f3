package dev.ghee.storage.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders of this service among everybody's temporary files, where others may have been first. */
public final class OwnFolder {
    private OwnFolder() {}

    /** Makes it when there is none. Fails with {@link IOException} when it is another user's, or a link. */
    public static Path at(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException("The folder " + folder + " is another user's");
        }
        return folder;
    }
}
