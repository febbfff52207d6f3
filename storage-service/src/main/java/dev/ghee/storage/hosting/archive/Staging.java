package dev.ghee.storage.hosting.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Collects the files of one site, and keeps count. For one thread. */
final class Staging {
    private static final String PAGE = "index.html";

    private final SiteLimits limits;
    private final List<StagedFile> files = new ArrayList<>();
    private final Set<String> paths = new HashSet<>();
    private final byte[] buffer = new byte[64 * 1024];
    private long bytes;

    Staging(SiteLimits limits) {
        this.limits = limits;
    }

    /** Reads the content to its end, into {@code copy}; what its source said of its length counts for nothing. */
    void add(SitePath path, Path file, InputStream content, OutputStream copy)
            throws IOException, InvalidSiteException {
        if (!paths.add(path.value())) {
            throw new InvalidSiteException("There are two files named " + SitePath.shown(path.value()));
        }
        if (files.size() == limits.maxFiles()) {
            throw tooMany(limits);
        }
        MessageDigest digest = sha256();
        long size = 0;
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            size += read;
            bytes += read;
            if (bytes > limits.maxTotalBytes()) {
                throw new InvalidSiteException("The files are larger than " + limits.maxTotalBytes() + " bytes");
            }
            digest.update(buffer, 0, read);
            copy.write(buffer, 0, read);
        }
        files.add(new StagedFile(path, HexFormat.of().formatHex(digest.digest()), size, file));
    }

    long bytes() {
        return bytes;
    }

    /** All files; when everything is in one folder, such as {@code dist}, its content. */
    List<StagedFile> site() throws InvalidSiteException {
        if (files.isEmpty()) {
            throw new InvalidSiteException("There are no files in it");
        }
        if (paths.contains(PAGE)) {
            return List.copyOf(files);
        }
        String folder = files.getFirst().path().topFolder();
        boolean wrapped = !folder.isEmpty()
                && paths.contains(folder + "/" + PAGE)
                && files.stream().allMatch(file -> file.path().topFolder().equals(folder));
        if (!wrapped) {
            throw new InvalidSiteException(
                    "There is no " + PAGE + " at the top; zip the content of the build's folder");
        }
        return files.stream()
                .map(file -> file.at(file.path().withoutTopFolder()))
                .toList();
    }

    static InvalidSiteException tooMany(SiteLimits limits) {
        return new InvalidSiteException("There are more than " + limits.maxFiles() + " files");
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
