package dev.ghee.storage.s3;

import static dev.ghee.storage.s3.S3Client.require;

import dev.ghee.errors.GheeException;
import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.quarkus.runtime.Shutdown;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Makes the buckets when there are none. Not ready before; later outages of the store answer {@code S3_ERROR}. */
@Readiness
@ApplicationScoped
class Buckets implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(Buckets.class);
    private static final long PAUSE_MILLISECONDS = 1000;

    private final S3Client s3;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean made;

    Buckets(S3Client s3) {
        this.s3 = s3;
    }

    @Startup
    void start() {
        Thread.ofVirtual().name("buckets").start(this::makeAll);
    }

    @Shutdown
    void stop() {
        closing.countDown();
    }

    private void makeAll() {
        try {
            do {
                try {
                    for (Bucket bucket : Bucket.values()) {
                        make(s3.name(bucket));
                    }
                    made = true;
                } catch (GheeException e) {
                    LOG.warnf(e, "The object store is not there yet");
                }
            } while (!made && !closing.await(PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void make(String bucket) {
        if (!exists(bucket)) {
            try {
                require(() -> s3.inner()
                        .makeBucket(MakeBucketArgs.builder().bucket(bucket).build()));
            } catch (GheeException e) {
                // Another process of this service may have been faster.
                if (!exists(bucket)) {
                    throw e;
                }
            }
        }
    }

    private boolean exists(String bucket) {
        return require(() -> s3.inner()
                .bucketExists(BucketExistsArgs.builder().bucket(bucket).build()));
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("object-store").status(made).build();
    }
}
