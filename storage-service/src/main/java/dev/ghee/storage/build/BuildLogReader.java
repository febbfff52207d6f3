package dev.ghee.storage.build;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.hosting.BuiltDeployments;
import dev.ghee.storage.hosting.DeploymentState;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Tells a build's output as server-sent events, from the first line on, until the deployment has ended. Waits. */
@ApplicationScoped
class BuildLogReader {
    private static final int BATCH = 500;
    private static final long POLL_MILLIS = 400;
    private static final int POLLS_PER_SIGN_OF_LIFE = 25;
    /** Then the reader has to show a valid credential again. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final BuiltDeployments deployments;
    private final BuildLogStore store;

    private final BuildConfig config;
    private final Map<AppId, Integer> open = new ConcurrentHashMap<>();

    BuildLogReader(BuiltDeployments deployments, BuildLogStore store, BuildConfig config) {
        this.deployments = deployments;
        this.store = store;
        this.config = config;
    }

    /** Fails with {@code QUOTA_RATE_LIMIT} when too many read already. */
    void requireRoom(AppState app) {
        if (open.getOrDefault(app.appId(), 0) >= config.readersPerApp()) {
            throw new GheeException(ErrorCode.QUOTA_RATE_LIMIT, "Too many follow the app's builds")
                    .withHeader("Retry-After", "15");
        }
    }

    /** Fails with {@code RESOURCE_NOT_FOUND} when there is no such deployment, or it is not built from source. */
    DeploymentState state(AppState app, UUID deployment) {
        return deployments.state(app, deployment).orElseThrow(BuildLogReader::notFound);
    }

    static GheeException notFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Deployment not found");
    }

    void write(AppState app, UUID deployment, long from, OutputStream out) throws IOException {
        open.merge(app.appId(), 1, Integer::sum);
        try {
            tell(app, deployment, from, out);
        } finally {
            open.computeIfPresent(app.appId(), (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    private void tell(AppState app, UUID deployment, long from, OutputStream out) throws IOException {
        long end = System.nanoTime() + LONGEST.toNanos();
        long next = from;
        boolean ended = false;
        for (int poll = 0; !ended && System.nanoTime() < end; poll++) {
            // First the state, then the lines: the last line is stored before the state changes.
            boolean finished = state(app, deployment).finished();
            List<String> lines = store.from(app, deployment, next, BATCH);
            next += lines.size();
            ended = finished && lines.size() < BATCH;
            StringBuilder events = new StringBuilder();
            lines.forEach(line -> events.append("data: ").append(escaped(line)).append("\n\n"));
            if (ended) {
                events.append("event: done\ndata: end\n\n");
            } else if (lines.isEmpty() && poll % POLLS_PER_SIGN_OF_LIFE == 0) {
                events.append(": waiting\n\n");
            }
            if (!events.isEmpty()) {
                out.write(events.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            if (!ended && lines.size() < BATCH) {
                pause();
            }
        }
    }

    private static String escaped(String line) {
        return line.replace("\r", "\\r").replace("\n", "\\n");
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
