package dev.ghee.storage.build;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.sandbox.JobDirectory;
import dev.ghee.storage.sandbox.JobEnd;
import dev.ghee.storage.sandbox.KillReason;
import dev.ghee.storage.sandbox.SandboxJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One build, from the uploaded source to the published site. Run once, by a virtual thread. */
final class Build implements Runnable {
    private static final Logger LOG = Logger.getLogger(Build.class);
    private static final Duration PUBLISHING = Duration.ofMinutes(10);
    private static final long FLUSH_MILLIS = 300;
    /** Also how soon a build that was canceled ends. */
    private static final long KEEP_NANOS = Duration.ofSeconds(4).toNanos();

    private final AppState app;
    private final UUID deployment;
    private final BuildPlan plan;
    private final Map<String, String> environment;
    private final Builds builds;
    private final BuildLog log;
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicReference<@Nullable KillReason> ended = new AtomicReference<>();
    private volatile @Nullable SandboxJob job;
    private long stored;

    Build(AppState app, UUID deployment, BuildPlan plan, Map<String, String> environment, Builds builds) {
        this.app = app;
        this.deployment = deployment;
        this.plan = plan;
        this.environment = environment;
        this.builds = builds;
        this.log = new BuildLog(builds.config().maxLogBytes().asLongValue());
    }

    @Override
    public void run() {
        Thread companion = Thread.ofVirtual().name("build-keeper").start(this::keep);
        String problem = null;
        try {
            problem = build();
        } catch (SourceException e) {
            problem = e.getMessage();
        } catch (InterruptedException _) {
            problem = "The build " + KillReason.SHUTDOWN.text();
        } catch (IOException | ExecutionException | RuntimeException e) {
            LOG.warnf(e, "A build fails: app=%s deployment=%s", app.appId(), deployment);
            problem = "The build could not be run; start another one";
        }
        try {
            end(problem, companion);
        } catch (RuntimeException e) {
            // Its lease lapses.
            LOG.warnf(e, "The end of a build is not recorded: app=%s deployment=%s", app.appId(), deployment);
        } finally {
            builds.ended(this);
        }
    }

    /** Why there is no site; null when hosting has it. */
    private @Nullable String build() throws IOException, InterruptedException, ExecutionException, SourceException {
        builds.logs().prune(app);
        try (JobDirectory directory = builds.sandboxes().open()) {
            unpack(directory);
            String key = key(directory.source().resolve(plan.packageManager().lockFile()));
            boolean cached =
                    builds.cache().give(app.appId(), key, directory.readable().resolve("node_modules.tar"));
            JobEnd end = run(directory);
            if (!end.succeeded()) {
                return end.reason() == null
                        ? "The build failed with exit code " + end.exitCode() + "; its log says why"
                        : "The build " + end.reason().text();
            }
            if (!cached) {
                remember(directory, key);
            }
            return publish(directory.source());
        }
    }

    private void unpack(JobDirectory directory) throws IOException, SourceException {
        Path zip = directory.out().resolve("source.zip");
        if (!builds.uploads().download(app.appId(), deployment, zip)) {
            throw new SourceException("The uploaded source is gone");
        }
        BuildConfig config = builds.config();
        new SourceArchive(directory.source(), config.maxUnpackedBytes().asLongValue(), config.maxFiles()).unpack(zip);
        Files.delete(zip);
    }

    /** Of everything that decides what is installed. The file counts, not what the request says of it. */
    private String key(Path lockFile) throws IOException, SourceException {
        if (!Files.isRegularFile(lockFile)) {
            throw new SourceException("There is no " + lockFile.getFileName() + " beside package.json");
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Files.readAllBytes(lockFile));
            digest.update((plan.packageManager() + " " + builds.sandboxes().nodeVersion() + " "
                            + System.getProperty("os.arch"))
                    .getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private JobEnd run(JobDirectory directory) throws IOException, InterruptedException, ExecutionException {
        SandboxJob started = builds.sandboxes().start(directory, plan.script(), environment, log::print);
        job = started;
        KillReason why = ended.get();
        if (why != null) {
            started.kill(why);
        }
        try {
            return started.end().get();
        } catch (InterruptedException e) {
            started.kill(KillReason.SHUTDOWN);
            throw e;
        }
    }

    private void remember(JobDirectory directory, String key) throws IOException {
        Optional<Path> place = builds.cache().place(app.appId(), key);
        if (place.isPresent() && directory.take(directory.out().resolve("node_modules.tar"), place.get())) {
            Files.setPosixFilePermissions(place.get(), PosixFilePermissions.fromString("rw-r--r--"));
            builds.cache().settle();
        }
    }

    /** Hosting follows no links inside of the folder; that the folder is none is for us to see. */
    private @Nullable String publish(Path source) throws IOException {
        Path folder = source.resolve(plan.outputDirectory());
        if (!Files.isDirectory(folder)) {
            return "The build left no folder " + plan.outputDirectory();
        }
        if (!folder.toRealPath().equals(source.toRealPath().resolve(plan.outputDirectory()))) {
            return "The folder " + plan.outputDirectory() + " is a link";
        }
        log.say("Publishing " + plan.outputDirectory());
        Builds.await(builds.deployments().publish(app, deployment, folder), PUBLISHING);
        return null;
    }

    /** The last line is stored before the state changes: readers stop at the state. */
    private void end(@Nullable String problem, Thread companion) {
        if (problem != null) {
            log.say(problem);
        }
        done.countDown();
        try {
            companion.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (problem != null) {
            Builds.await(builds.deployments().fail(app, deployment, problem));
        }
        builds.uploads().delete(app.appId(), deployment);
    }

    /** Stores what is printed, and keeps the deployment ours; somebody else may have ended it. */
    private void keep() {
        long kept = System.nanoTime();
        boolean last = false;
        while (!last) {
            try {
                last = done.await(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                store();
                if (!last && System.nanoTime() - kept > KEEP_NANOS) {
                    kept = System.nanoTime();
                    keepDeployment();
                }
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                // Goes on: what is printed has to be taken, and the lease to be renewed.
                LOG.warnf("A build's database is away: app=%s cause=%s", app.appId(), e.getMessage());
            }
        }
    }

    private void store() {
        List<String> lines = log.take();
        if (!lines.isEmpty()) {
            builds.logs().add(app, deployment, stored, lines);
            stored += lines.size();
        }
    }

    private void keepDeployment() {
        if (!Builds.await(builds.deployments().keep(app, deployment))) {
            kill(KillReason.CANCELED);
        }
    }

    void interrupt() {
        kill(KillReason.SHUTDOWN);
    }

    private void kill(KillReason why) {
        ended.compareAndSet(null, why);
        SandboxJob started = job;
        if (started != null) {
            started.kill(why);
        }
    }
}
