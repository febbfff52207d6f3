package dev.ghee.storage.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ghee.contracts.AppId;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.image.Renditions.Rendition;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.MultiMap;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenditionsTest {
    private static final AppId APP = new AppId("app_0123456789ab");
    private static final AppId OTHER = new AppId("app_ba9876543210");
    private static final ImageRequest SMALL = width(10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final AtomicInteger opened = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init")
    private Renditions renditions;

    private record Config(Optional<Path> cacheDirectory, int parallelism, int maxWaiting, int maxWaitingPerApp)
            implements ImageConfig {
        @Override
        public long maxSourceBytes() {
            return 10_000;
        }

        @Override
        public long maxSourcePixels() {
            return 1_000_000;
        }

        @Override
        public long maxPixels() {
            return 1_000_000;
        }

        @Override
        public long cacheBytes() {
            return 1_000_000;
        }
    }

    private static ImageRequest width(int pixels) {
        return ImageRequest.of(MultiMap.caseInsensitiveMultiMap().add("width", String.valueOf(pixels)))
                .orElseThrow();
    }

    private Renditions renditions(int maxWaiting, int perApp) {
        renditions = new Renditions(new Config(Optional.of(directory), 1, maxWaiting, perApp));
        return renditions;
    }

    @AfterEach
    void stop() {
        go.countDown();
        renditions.stop(new ShutdownEvent());
    }

    private static byte[] png() throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB), "png", bytes);
        return bytes.toByteArray();
    }

    private InputStream source() throws IOException {
        opened.incrementAndGet();
        return new ByteArrayInputStream(png());
    }

    private InputStream waiting() throws IOException {
        opened.incrementAndGet();
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return new ByteArrayInputStream(png());
    }

    private static ErrorCode failure(CompletableFuture<Rendition> result) {
        return result.handle((_, e) -> {
                    Throwable cause = e == null ? null : e.getCause();
                    return cause instanceof GheeException known ? known.code() : ErrorCode.INTERNAL_ERROR;
                })
                .join();
    }

    @Test
    void whatWasMadeIsKept() throws IOException {
        renditions(4, 4);
        Rendition first = renditions.of(APP, "1", this::source, SMALL);
        assertThat(renditions.of(APP, "1", this::source, SMALL)).isEqualTo(first);
        assertThat(opened).hasValue(1);
        assertThat(Files.size(first.file())).isEqualTo(first.sizeBytes());
        assertThat(first.contentType()).isEqualTo("image/png");
    }

    @Test
    void anotherAppAnotherContentAndAnotherWishAreMadeAnew() {
        renditions(4, 4);
        var etags = List.of(
                renditions.of(APP, "1", this::source, SMALL).etag(),
                renditions.of(OTHER, "1", this::source, SMALL).etag(),
                renditions.of(APP, "2", this::source, SMALL).etag(),
                renditions.of(APP, "1", this::source, width(11)).etag());
        assertThat(etags).doesNotHaveDuplicates();
        assertThat(opened).hasValue(4);
    }

    @Test
    void whoWantsTheSameAtTheSameTimeWaitsForTheSame() {
        renditions(4, 4);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, 20)
                    .mapToObj(_ ->
                            CompletableFuture.supplyAsync(() -> renditions.of(APP, "1", this::waiting, SMALL), threads))
                    .toList();
            await().untilAtomic(opened, org.hamcrest.Matchers.is(1));
            go.countDown();
            assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        }
        assertThat(opened).hasValue(1);
    }

    @Test
    void oneAppDoesNotKeepTheOthersOut() {
        renditions(4, 1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = CompletableFuture.supplyAsync(() -> renditions.of(APP, "1", this::waiting, SMALL), threads);
            await().untilAtomic(opened, org.hamcrest.Matchers.is(1));
            var second = CompletableFuture.supplyAsync(() -> renditions.of(APP, "2", this::source, SMALL), threads);
            assertThat(failure(second)).isEqualTo(ErrorCode.SERVICE_BUSY);
            var others = CompletableFuture.supplyAsync(() -> renditions.of(OTHER, "1", this::source, SMALL), threads);
            go.countDown();
            assertThat(first.join()).isNotEqualTo(others.join());
        }
    }

    @Test
    void afterAFailureItIsTriedAgain() {
        renditions(4, 4);
        assertThatThrownBy(() -> renditions.of(
                        APP,
                        "1",
                        () -> new ByteArrayInputStream("no image".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        SMALL))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_UNREADABLE));
        assertThat(renditions.of(APP, "1", this::source, SMALL).sizeBytes()).isPositive();
    }

    @Test
    void anImageThatIsTooLongIsNotReadToItsEnd() {
        renditions(4, 4);
        assertThatThrownBy(() -> renditions.of(APP, "1", () -> new ByteArrayInputStream(new byte[20_000]), SMALL))
                .isInstanceOfSatisfying(
                        GheeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IMAGE_TOO_LARGE));
    }
}
