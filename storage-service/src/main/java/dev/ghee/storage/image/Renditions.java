package dev.ghee.storage.image;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.image.ImageTransform.Made;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Transformed images, made when first wanted and kept on this machine's disk. Who wants the same at the same time waits
 * for the same. Whether somebody may see the object at all is decided before asking here. Waits: call from a virtual
 * thread.
 */
@ApplicationScoped
public class Renditions {
    private static final Logger LOG = Logger.getLogger(Renditions.class);
    private static final long PATIENCE_SECONDS = 30;

    /** A file goes some time after it has left the cache: it may just be being sent. */
    private static final Duration LINGER = Duration.ofMinutes(1);

    /** Changes whenever transforms come to give something else. */
    private static final String GENERATION = "1";

    private final ImageConfig config;
    private final ImageTransform transform;
    private final Path directory;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService cleaner = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("image-cleaner").daemon().factory());
    private final Cache<String, Rendition> made;
    private final Map<String, CompletableFuture<Rendition>> making = new ConcurrentHashMap<>();
    private final Map<AppId, AtomicInteger> waiting = new ConcurrentHashMap<>();

    Renditions(ImageConfig config) {
        this.config = config;
        this.transform = new ImageTransform(config.maxSourcePixels(), config.maxPixels());
        this.directory = emptied(config.cacheDirectory().orElse(null));
        this.workers = new ThreadPoolExecutor(
                config.parallelism(),
                config.parallelism(),
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(config.maxWaiting()),
                Thread.ofPlatform().name("image-", 0).daemon().factory());
        this.made = Caffeine.newBuilder()
                .maximumWeight(config.cacheBytes())
                .weigher((String _, Rendition rendition) -> Math.toIntExact(rendition.sizeBytes()))
                .evictionListener(
                        (@Nullable String _, @Nullable Rendition evicted, RemovalCause _) -> deleteLater(evicted))
                .build();
    }

    /**
     * A transformed image.
     *
     * @param file to be opened within a minute
     * @param etag without quotes
     */
    public record Rendition(Path file, String contentType, long sizeBytes, String etag) {}

    /** Where the bytes of the image come from; asked only when the transformed one has to be made. */
    @FunctionalInterface
    public interface Source {
        /** To be closed by whoever opened it. */
        InputStream open() throws IOException;
    }

    /**
     * Fails with 415 {@code IMAGE_UNREADABLE}, 413 {@code IMAGE_TOO_LARGE}, 503 {@code SERVICE_BUSY}, and with whatever
     * the source fails with.
     *
     * @param identity of the content, such as the object's id and ETag: what is kept is kept under this
     */
    public Rendition of(AppId app, String identity, Source source, ImageRequest wanted) {
        String key = hash(GENERATION + "|" + app + "|" + identity + "|" + wanted.canonical());
        Rendition known = made.getIfPresent(key);
        if (known != null) {
            return known;
        }
        var mine = new CompletableFuture<Rendition>();
        CompletableFuture<Rendition> others = making.putIfAbsent(key, mine);
        if (others == null) {
            begin(app, key, source, wanted, mine);
        }
        return await(others == null ? mine : others);
    }

    private void begin(AppId app, String key, Source source, ImageRequest wanted, CompletableFuture<Rendition> result) {
        AtomicInteger ofApp = waiting.computeIfAbsent(app, _ -> new AtomicInteger());
        result.whenComplete((_, _) -> {
            making.remove(key, result);
            ofApp.decrementAndGet();
        });
        if (ofApp.incrementAndGet() > config.maxWaitingPerApp()) {
            result.completeExceptionally(busy());
            return;
        }
        try {
            workers.execute(() -> {
                try {
                    result.complete(make(key, source, wanted));
                } catch (IOException | RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(busy());
        }
    }

    private Rendition make(String key, Source source, ImageRequest wanted) throws IOException {
        Made image = transform.apply(read(source), wanted);
        Path file = directory.resolve(key);
        Path unfinished = directory.resolve(key + ".part");
        Files.write(unfinished, image.bytes());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        var rendition = new Rendition(file, image.format().contentType(), image.bytes().length, key.substring(0, 32));
        made.put(key, rendition);
        return rendition;
    }

    private byte[] read(Source source) throws IOException {
        try (InputStream in = source.open()) {
            byte[] bytes = in.readNBytes(Math.toIntExact(config.maxSourceBytes()) + 1);
            if (bytes.length > config.maxSourceBytes()) {
                throw new GheeException(
                        ErrorCode.IMAGE_TOO_LARGE, "The image is longer than " + config.maxSourceBytes() + " bytes");
            }
            return bytes;
        }
    }

    private static Rendition await(CompletableFuture<Rendition> result) {
        try {
            return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case GheeException known -> known;
                case null, default ->
                    new GheeException(ErrorCode.INTERNAL_ERROR, "The image could not be transformed", e);
            };
        } catch (TimeoutException e) {
            throw busy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private void deleteLater(@Nullable Rendition rendition) {
        if (rendition != null) {
            cleaner.schedule(() -> delete(rendition), LINGER.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Unless it has been made anew meanwhile, under the same name. */
    private void delete(Rendition rendition) {
        Path file = rendition.file();
        if (made.getIfPresent(String.valueOf(file.getFileName())) != null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf("A transformed image remains on disk: cause=%s", e);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        workers.shutdownNow();
        cleaner.shutdownNow();
        emptied(directory);
    }

    private static Path emptied(@Nullable Path configured) {
        try {
            if (configured == null) {
                return Files.createTempDirectory("ghee-images-");
            }
            Files.createDirectories(configured);
            try (Stream<Path> files = Files.list(configured)) {
                for (Path file : List.copyOf(files.filter(Files::isRegularFile).toList())) {
                    Files.deleteIfExists(file);
                }
            }
            return configured;
        } catch (IOException e) {
            throw new UncheckedIOException("The directory of transformed images cannot be used", e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JRE has SHA-256", e);
        }
    }

    private static GheeException busy() {
        return new GheeException(ErrorCode.SERVICE_BUSY, "Too many images are being transformed")
                .withHeader("Retry-After", "2");
    }
}
