package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppId;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import dev.ghee.storage.s3.Presigner;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Zips on their way. They are deleted once their deployment has ended, so what is listed here is what is unfinished: a
 * process that dies leaves its work where the others look for it.
 */
@ApplicationScoped
public class SiteUploads {
    static final Duration VALID = Duration.ofSeconds(900);

    private static final String TYPE = "application/zip";
    private static final String FOLDER = "uploads/";
    private static final String END = ".zip";
    private static final int PAGE = 1000;

    private final ObjectBytes bytes;
    private final Presigner presigner;

    SiteUploads(ObjectBytes bytes, Presigner presigner) {
        this.bytes = bytes;
        this.presigner = presigner;
    }

    /** A zip that somebody has put. */
    record Upload(AppId app, UUID deployment, Instant since) {}

    static String prefix(AppId app) {
        return FOLDER + app + "/";
    }

    private static String key(AppId app, UUID deployment) {
        return prefix(app) + deployment + END;
    }

    /**
     * Where to PUT the zip, as {@code application/zip}.
     *
     * @param sizeBytes of the zip, to which the URL is bound; null when the client has not said
     */
    public String url(AppId app, UUID deployment, @Nullable Long sizeBytes) {
        String key = key(app, deployment);
        return sizeBytes == null
                ? presigner.put(Bucket.SITES, key, TYPE, VALID)
                : presigner.put(Bucket.SITES, key, TYPE, sizeBytes, VALID);
    }

    /** In bytes; empty when nothing was uploaded. Blocks. */
    public Optional<Long> size(AppId app, UUID deployment) {
        return bytes.stat(Bucket.SITES, key(app, deployment)).map(ObjectBytes.Stat::sizeBytes);
    }

    /** False when it is not there. Blocks. */
    public boolean download(AppId app, UUID deployment, Path file) throws IOException {
        Optional<ObjectBytes.Content> upload = bytes.get(Bucket.SITES, key(app, deployment));
        if (upload.isEmpty()) {
            return false;
        }
        try (InputStream content = upload.get().bytes()) {
            Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return true;
    }

    /** Blocks. */
    public void delete(AppId app, UUID deployment) {
        bytes.delete(Bucket.SITES, key(app, deployment));
    }

    /**
     * Zips of all apps, a page at a time. Blocks.
     *
     * @param after null for the first page
     */
    List<Upload> list(@Nullable Upload after) {
        String last = after == null ? null : key(after.app(), after.deployment());
        return bytes.list(Bucket.SITES, FOLDER, last, PAGE).stream()
                .flatMap(entry -> upload(entry).stream())
                .toList();
    }

    private static Optional<Upload> upload(ObjectBytes.Entry entry) {
        String[] parts = entry.key().split("/");
        if (parts.length != 3 || !AppId.isValid(parts[1]) || !parts[2].endsWith(END)) {
            return Optional.empty();
        }
        try {
            String id = parts[2].substring(0, parts[2].length() - END.length());
            return Optional.of(new Upload(new AppId(parts[1]), UUID.fromString(id), entry.modified()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
