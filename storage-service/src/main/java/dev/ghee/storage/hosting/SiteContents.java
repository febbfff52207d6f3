package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.hosting.ContentStore.Held;
import dev.ghee.storage.hosting.ContentStore.Stored;
import dev.ghee.storage.hosting.archive.InvalidSiteException;
import dev.ghee.storage.hosting.archive.StagedFile;
import dev.ghee.storage.hosting.site.MediaTypes;
import dev.ghee.storage.hosting.site.SiteFile.Form;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Stores files by their content: what some deployment of the app has brought before is not stored again. What a run that
 * was cut off has stored already, the next one finds.
 */
@ApplicationScoped
class SiteContents {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Contents that are compressed and sent before the database hears of them; bounds what is in memory as well. */
    private static final int BATCH = 32;

    private static final long BATCH_BYTES = 32L * 1024 * 1024;

    private final ContentStore store;
    private final ObjectBytes bytes;
    private final HostingConfig config;

    SiteContents(ContentStore store, ObjectBytes bytes, HostingConfig config) {
        this.store = store;
        this.bytes = bytes;
        this.config = config;
    }

    /**
     * Stores what is not in the store yet. Blocks, and compresses on the calling thread. Fails with
     * {@link InvalidSiteException} when the app would hold too much, and with {@code S3_ERROR}.
     */
    void store(AppState app, List<StagedFile> files, DeploymentJob job)
            throws InvalidSiteException, IOException, InterruptedException {
        Map<String, StagedFile> contents = contents(files);
        Map<String, Held> held = store.hold(app, contents.values()).await().atMost(LIMIT);
        long used = store.used(app).await().atMost(LIMIT);
        if (used > config.maxStoredBytes().asLongValue()) {
            throw new InvalidSiteException("All deployments of the app together would be larger than "
                    + config.maxStoredBytes().asLongValue() + " bytes; delete some");
        }
        List<StagedFile> missing = contents.values().stream()
                .filter(file -> !held(held, file).stored())
                .toList();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (List<StagedFile> batch : batches(missing)) {
                job.requireWanted();
                List<Stored> stored = new ArrayList<>();
                List<Future<?>> sent = new ArrayList<>();
                for (StagedFile file : batch) {
                    stored.add(send(file, held(held, file).objectKey(), senders, sent));
                }
                for (Future<?> one : sent) {
                    await(one);
                }
                store.stored(app, stored).await().atMost(LIMIT);
            }
        }
    }

    private static Held held(Map<String, Held> held, StagedFile file) {
        return Objects.requireNonNull(held.get(file.sha256()));
    }

    /** One file for each content; of equal ones, the one whose name says that compressing is worth it. */
    private static Map<String, StagedFile> contents(List<StagedFile> files) {
        Map<String, StagedFile> contents = new LinkedHashMap<>();
        for (StagedFile file : files) {
            contents.merge(
                    file.sha256(),
                    file,
                    (one, other) -> MediaTypes.compressible(one.path().value()) ? one : other);
        }
        return contents;
    }

    private static List<List<StagedFile>> batches(List<StagedFile> files) {
        List<List<StagedFile>> batches = new ArrayList<>();
        List<StagedFile> batch = new ArrayList<>();
        long size = 0;
        for (StagedFile file : files) {
            if (!batch.isEmpty() && (batch.size() == BATCH || size + file.sizeBytes() > BATCH_BYTES)) {
                batches.add(batch);
                batch = new ArrayList<>();
                size = 0;
            }
            batch.add(file);
            size += file.sizeBytes();
        }
        batches.add(batch);
        return batches;
    }

    private Stored send(StagedFile file, String key, ExecutorService senders, List<Future<?>> sent) throws IOException {
        String path = file.path().value();
        String type = MediaTypes.of(path);
        sent.add(senders.submit((Callable<?>) () -> bytes.put(Bucket.SITES, key, file.file(), type)));
        boolean small = file.sizeBytes() <= CompressedForms.MOST_BYTES;
        Map<Form, byte[]> forms =
                small && MediaTypes.compressible(path) ? CompressedForms.of(Files.readAllBytes(file.file())) : Map.of();
        forms.forEach((form, content) -> sent.add(
                senders.submit((Callable<?>) () -> bytes.put(Bucket.SITES, key + form.suffix(), content, type))));
        return new Stored(file.sha256(), key, length(forms, Form.GZIP), length(forms, Form.BROTLI));
    }

    private static long length(Map<Form, byte[]> forms, Form form) {
        byte[] content = forms.get(form);
        return content == null ? 0 : content.length;
    }

    private static void await(Future<?> sent) throws IOException, InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IOException(e.getCause());
        }
    }
}
