package dev.ghee.storage.hosting;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.s3.Bucket;
import dev.ghee.storage.s3.ObjectBytes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.impl.ContextInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Contents of sites at hand: small ones in memory, all of them on disk, both bounded; the least used go first. A key's
 * content never changes, so nothing here is ever out of date.
 */
@ApplicationScoped
class ContentCache {
    /** Larger ones are sent from disk by the kernel. */
    private static final long MOST_IN_MEMORY = 1024 * 1024;
    /** Fetched from the object store at once; others wait. */
    private static final int FETCHED_AT_ONCE = 32;

    private static final int KIB = 1024;

    private final ObjectBytes bytes;
    private final Vertx vertx;
    private final Path folder;
    private final Cache<String, Buffer> memory;
    private final Cache<String, OnDisk> disk;
    private final ConcurrentHashMap<String, Future<Content>> fetching = new ConcurrentHashMap<>();
    private final Semaphore room = new Semaphore(FETCHED_AT_ONCE);

    ContentCache(ObjectBytes bytes, Workspace workspace, HostingConfig config, Vertx vertx) throws IOException {
        this.bytes = bytes;
        this.vertx = vertx;
        this.folder = workspace.create("contents");
        this.memory = Caffeine.newBuilder()
                .maximumWeight(config.memoryCache().asLongValue())
                .weigher((String _, Buffer content) -> content.length() + KIB)
                .build();
        // In KiB, because weights are ints.
        this.disk = Caffeine.newBuilder()
                .maximumWeight(Math.max(1, config.diskCache().asLongValue() / KIB))
                .weigher((String _, OnDisk content) -> (int) (content.length() / KIB) + 4)
                .removalListener(ContentCache::dropped)
                .build();
    }

    /** A content at hand. */
    sealed interface Content {}

    record InMemory(Buffer bytes) implements Content {}

    /** The file may be gone when it is opened: then ask again. */
    record OnDisk(Path file, long length) implements Content {}

    /** Null when it is not in memory. */
    @Nullable
    Buffer inMemory(String key) {
        return memory.getIfPresent(key);
    }

    /** From memory, disk or the store. Fails with {@code S3_ERROR}. Completes in the caller's context. */
    Future<Content> get(String key, long length) {
        Buffer known = length > MOST_IN_MEMORY ? null : memory.getIfPresent(key);
        if (known != null) {
            return Future.succeededFuture(new InMemory(known));
        }
        OnDisk kept = disk.getIfPresent(key);
        if (kept != null && length > MOST_IN_MEMORY) {
            return Future.succeededFuture(kept);
        }
        Promise<Content> mine = ((ContextInternal) vertx.getOrCreateContext()).promise();
        fetching.computeIfAbsent(key, wanted -> fetch(wanted, length)).onComplete(mine);
        return mine.future();
    }

    /** A file that is no longer where it should be. */
    void forgetFile(String key) {
        disk.invalidate(key);
    }

    private Future<Content> fetch(String key, long length) {
        Promise<Content> done = Promise.promise();
        Thread.ofVirtual().name("content").start(() -> {
            try {
                Content content = read(key, length);
                fetching.remove(key);
                done.complete(content);
            } catch (IOException | RuntimeException | InterruptedException e) {
                fetching.remove(key);
                done.fail(e);
            }
        });
        return done.future();
    }

    private Content read(String key, long length) throws IOException, InterruptedException {
        OnDisk kept = disk.getIfPresent(key);
        if (kept == null || !Files.exists(kept.file())) {
            kept = download(key, length);
            disk.put(key, kept);
        }
        if (length > MOST_IN_MEMORY) {
            return kept;
        }
        Buffer content = Buffer.buffer(Files.readAllBytes(kept.file()));
        memory.put(key, content);
        return new InMemory(content);
    }

    private OnDisk download(String key, long length) throws IOException, InterruptedException {
        room.acquire();
        Path file = folder.resolve(UUID.randomUUID().toString());
        try (ObjectBytes.Content content = bytes.get(Bucket.SITES, key)
                        .orElseThrow(
                                () -> new GheeException(ErrorCode.S3_ERROR, "A site's content is not in the store"));
                InputStream from = content.bytes()) {
            long copied = Files.copy(from, file);
            if (copied != length) {
                Files.deleteIfExists(file);
                throw new IOException("A content has " + copied + " bytes instead of " + length);
            }
            return new OnDisk(file, length);
        } finally {
            room.release();
        }
    }

    private static void dropped(@Nullable String key, @Nullable OnDisk content, RemovalCause cause) {
        try {
            if (content != null) {
                Files.deleteIfExists(content.file());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
