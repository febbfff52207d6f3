package dev.ghee.realtime.stream;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.realtime.capture.AppCapture;
import dev.ghee.realtime.capture.CaptureConfig;
import dev.ghee.realtime.capture.CaptureMetrics;
import dev.ghee.realtime.capture.Ownership;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.delivery.AppDelivery;
import dev.ghee.realtime.delivery.Deliveries;
import dev.ghee.realtime.delivery.Joins;
import dev.ghee.realtime.log.ChangeLog;
import dev.ghee.realtime.log.LogReader;
import dev.ghee.realtime.publication.RealtimeTables;
import dev.ghee.realtime.replica.Replicas;
import dev.ghee.realtime.slot.ReplicationSlots;
import dev.ghee.realtime.subscription.Cursor;
import dev.ghee.realtime.subscription.Subscriber;
import dev.ghee.realtime.subscription.Subscription;
import dev.ghee.realtime.subscription.Subscriptions;
import dev.ghee.realtime.subscription.Viewer;
import dev.ghee.tenancy.directory.AppDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The streams of all apps. One runs only while its app has live tables and subscribers, because every slot decodes the
 * whole cluster's log; some time after the last subscriber left, the slot is dropped.
 */
@ApplicationScoped
public class AppStreams {
    private static final Logger LOG = Logger.getLogger(AppStreams.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(3);

    private final StreamConfig config;
    private final ReplicationSlots slots;
    private final RealtimeTables tables;
    private final AppDirectory apps;
    private final LogReader reader;
    private final Deliveries deliveries;
    private final Joins joins;
    private final Replicas replicas;
    private final AppCapture.Parts captureParts;
    private final Map<AppId, Entry> entries = new ConcurrentHashMap<>();
    private final Executor blocking = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("realtime-", 0).factory());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stream-timer").factory());

    /** What is known of one app. Its fields change under its own lock. */
    private static final class Entry {
        final Subscriptions subscriptions = new Subscriptions();

        @Nullable
        AppStream stream;

        CompletableFuture<Void> previousEnded = CompletableFuture.completedFuture(null);
        long generation;
    }

    AppStreams(
            StreamConfig config,
            CaptureConfig captureConfig,
            AppConnections connections,
            ReplicationSlots slots,
            RealtimeTables tables,
            ChangeLog log,
            LogReader reader,
            Deliveries deliveries,
            Joins joins,
            Ownership ownership,
            Replicas replicas,
            AppDirectory apps,
            MeterRegistry metrics) {
        this.config = config;
        this.slots = slots;
        this.tables = tables;
        this.apps = apps;
        this.reader = reader;
        this.deliveries = deliveries;
        this.joins = joins;
        this.replicas = replicas;
        this.captureParts = new AppCapture.Parts(
                replicas.self().value(),
                captureConfig,
                connections,
                slots,
                tables,
                log,
                ownership,
                new CaptureMetrics(metrics));
        apps.onChange(this::onChange);
        metrics.gauge("ghee.realtime.streams", entries, AppStreams::running);
    }

    private static double running(Map<AppId, Entry> entries) {
        return entries.values().stream().filter(AppStreams::isStreaming).count();
    }

    /**
     * Prepares for a subscription to a table. Completes with whether the table is live; if it is, every commit from
     * then on reaches those who {@link #subscribe}. Fails with {@code GheeException} when the app's database fails.
     */
    public CompletableFuture<Boolean> open(AppState app, String table) {
        return CompletableFuture.supplyAsync(() -> tables.enabled(app).contains(table), blocking)
                .thenCompose(live ->
                        live ? ensureRunning(app).thenApply(_ -> true) : CompletableFuture.completedFuture(false));
    }

    /**
     * Adds a subscription, in place of the subscriber's earlier one to the table, and tells from where it is complete;
     * empty when the table is not live. Without a stream, looks once more whether there should be one: the table may have
     * become live since {@link #open}.
     */
    public Optional<Cursor> subscribe(AppState app, Subscription subscription) {
        Entry entry = entry(app.appId());
        synchronized (entry) {
            entry.generation++;
            AppStream running = entry.stream;
            if (running != null && running.isReady()) {
                return Optional.of(joins.join(running.delivery(), subscription));
            }
            entry.subscriptions.put(subscription);
        }
        lookAgain(app, subscription.table());
        return Optional.empty();
    }

    private void lookAgain(AppState app, String table) {
        open(app, table).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.warnf("Live tables not known: app=%s cause=%s", app.appId(), failure.getMessage());
            }
        });
    }

    /** The subscriber's claims have changed: all that it subscribes to is judged by the new ones. */
    public void renew(AppId app, Subscriber subscriber, Viewer viewer) {
        entry(app).subscriptions.renew(subscriber, viewer);
    }

    public void unsubscribe(AppId app, Subscriber subscriber, String table) {
        Entry entry = entry(app);
        synchronized (entry) {
            entry.subscriptions.remove(subscriber, table);
            if (entry.subscriptions.isEmpty()) {
                long generation = ++entry.generation;
                timer.schedule(() -> endIfIdle(app, generation), config.idle().toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** The app's live tables have changed: those who waited for one of them are served from now on. */
    public CompletableFuture<Void> tablesChanged(AppState app) {
        boolean waiting;
        Entry entry = entry(app.appId());
        synchronized (entry) {
            waiting = !entry.subscriptions.isEmpty();
        }
        return waiting ? ensureRunning(app) : CompletableFuture.completedFuture(null);
    }

    /** Whether this gateway reads the app's log now. */
    public boolean isStreaming(AppId app) {
        Entry entry = entries.get(app);
        return entry != null && isStreaming(entry);
    }

    private static boolean isStreaming(Entry entry) {
        synchronized (entry) {
            return entry.stream != null && entry.stream.isCapturing();
        }
    }

    private Entry entry(AppId app) {
        return entries.computeIfAbsent(app, _ -> new Entry());
    }

    private CompletableFuture<Void> ensureRunning(AppState app) {
        Entry entry = entry(app.appId());
        synchronized (entry) {
            entry.generation++;
            AppStream running = entry.stream;
            if (running == null) {
                running = stream(app, entry.subscriptions);
                entry.stream = running;
                replicas.addInterest(app.appId());
                running.start(entry.previousEnded);
            }
            return running.ready();
        }
    }

    private AppStream stream(AppState app, Subscriptions subscriptions) {
        Supplier<AppState> current = () -> apps.known(app.appId()).orElse(app);
        AppDelivery delivery = deliveries.create(current, subscriptions);
        return new AppStream(current, slots, reader, delivery, new AppCapture(current, delivery, captureParts));
    }

    private void onChange(AppState app) {
        if (app.status() == AppState.Status.DELETING) {
            end(app.appId());
        }
    }

    private void endIfIdle(AppId app, long generation) {
        Entry entry = entry(app);
        synchronized (entry) {
            if (entry.generation != generation || !entry.subscriptions.isEmpty()) {
                return;
            }
        }
        end(app);
    }

    /** Ends the stream, and drops the slot unless another replica has subscribers. */
    private void end(AppId app) {
        Entry entry = entries.get(app);
        if (entry == null) {
            return;
        }
        synchronized (entry) {
            AppStream running = entry.stream;
            if (running == null) {
                return;
            }
            entry.stream = null;
            replicas.removeInterest(app);
            entry.previousEnded = running.stop().thenRunAsync(() -> dropSlot(app), blocking);
        }
    }

    private void dropSlot(AppId app) {
        if (!replicas.interestedIn(app).isEmpty()) {
            return;
        }
        apps.known(app).ifPresent(state -> {
            try {
                slots.drop(state);
                LOG.infof("Slot dropped: app=%s", app);
            } catch (SQLException e) {
                LOG.warnf("Slot not dropped: app=%s sqlstate=%s", app, e.getSQLState());
            }
        });
    }

    /** The slots stay, so that the next process goes on where this one ended. */
    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
        List<CompletableFuture<Void>> ends = entries.values().stream()
                .map(entry -> {
                    synchronized (entry) {
                        return entry.stream == null
                                ? CompletableFuture.<Void>completedFuture(null)
                                : entry.stream.stop();
                    }
                })
                .toList();
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
