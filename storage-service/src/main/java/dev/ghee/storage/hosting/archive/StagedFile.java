package dev.ghee.storage.hosting.archive;

import java.nio.file.Path;

/**
 * A file of a site-to-be, on this machine's disk.
 *
 * @param path in the site
 * @param sha256 of its content, in lower-case hex
 * @param file where the content is
 */
public record StagedFile(SitePath path, String sha256, long sizeBytes, Path file) {
    StagedFile at(SitePath other) {
        return new StagedFile(other, sha256, sizeBytes, file);
    }
}
