package dev.ghee.functions.consumer;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.QueueWoken;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.FunctionDirectory;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.queue.QueueConfig;
import dev.ghee.functions.queue.QueueMessage;
import dev.ghee.functions.queue.QueueName;
import dev.ghee.functions.queue.QueueWork;
import dev.ghee.functions.queue.Queues;
import dev.ghee.functions.trigger.FunctionRuns;
import dev.ghee.functions.trigger.TriggerIndex;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.topic.SharedTopics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives messages to functions: at least once, and one attempt at a time. Each replica looks at a queue when it hears of a
 * message, when one is due or a lease ends, and now and then; leases keep replicas out of each other's way, and what one
 * that died held is taken up by another when its lease ends.
 */
@ApplicationScoped
class QueueConsumers {
    private static final Logger LOG = Logger.getLogger(QueueConsumers.class);
    /** Before the index begins to read. */
    private static final int EARLY = 1000;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final QueueConfig config;
    private final QueueWork work;
    private final Queues queues;
    private final MessageCalls calls;
    private final FunctionDirectory functions;
    private final AppDirectory apps;
    private final TriggerIndex index;
    private final SharedTopics topics;
    private final Vertx vertx;
    private final Map<Key, Watch> watches = new ConcurrentHashMap<>();
    private final Semaphore room;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("queue-", 0).factory());
    private volatile boolean stopping;

    QueueConsumers(
            QueueConfig config,
            QueueWork work,
            Queues queues,
            MessageCalls calls,
            FunctionDirectory functions,
            AppDirectory apps,
            TriggerIndex index,
            SharedTopics topics,
            Vertx vertx) {
        this.config = config;
        this.work = work;
        this.queues = queues;
        this.calls = calls;
        this.functions = functions;
        this.apps = apps;
        this.index = index;
        this.topics = topics;
        this.vertx = vertx;
        this.room = new Semaphore(config.atOnce());
    }

    private record Key(AppId app, QueueName queue) {}

    /** Whether a queue is being looked at, and has to be once more. Guarded by itself. */
    private static final class Watch {
        private boolean busy;
        private boolean again;
        private long timer = -1;
    }

    /** Who takes a queue's messages. */
    private record Taker(int concurrency, int maxAttempts, Duration lease) {}

    void start(@Observes @Priority(EARLY) StartupEvent event) {
        index.onChange(this::changed);
        queues.onMessages((app, queue) -> look(new Key(app.appId(), queue)));
        topics.followEvents(Topics.QUEUES, this::woken);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        threads.shutdownNow();
    }

    private void woken(ConsumerRecord<String, byte[]> record) {
        try {
            QueueWoken woken = Contracts.read(record.value(), QueueWoken.class);
            look(new Key(woken.appId(), new QueueName(woken.queue())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void changed(AppState app, List<DeployedFunction> all) {
        if (!all.isEmpty()) {
            work.waiting(app).forEach(queue -> look(new Key(app.appId(), queue)));
        }
    }

    private void look(Key key) {
        if (stopping) {
            return;
        }
        Watch watch = watches.computeIfAbsent(key, _ -> new Watch());
        synchronized (watch) {
            watch.again = true;
            if (watch.busy) {
                return;
            }
            watch.busy = true;
        }
        threads.execute(() -> look(key, watch));
    }

    private void look(Key key, Watch watch) {
        while (true) {
            synchronized (watch) {
                if (!watch.again) {
                    watch.busy = false;
                    return;
                }
                watch.again = false;
            }
            Optional<Duration> pause;
            try {
                pause = take(key);
            } catch (RuntimeException | ExecutionException | TimeoutException e) {
                LOG.debugf("Queue not read, trying again: app=%s queue=%s cause=%s", key.app(), key.queue(), e);
                pause = Optional.of(Duration.ofSeconds(15));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pause.ifPresent(left -> later(key, watch, left));
        }
    }

    private void later(Key key, Watch watch, Duration pause) {
        synchronized (watch) {
            vertx.cancelTimer(watch.timer);
            watch.timer = vertx.setTimer(Math.max(10, pause.toMillis()), _ -> look(key));
        }
    }

    /** When to look again; empty when there is nothing to wait for. */
    private Optional<Duration> take(Key key) throws InterruptedException, ExecutionException, TimeoutException {
        AppState app = apps.known(key.app()).orElse(null);
        if (app == null || app.status() != AppState.Status.READY) {
            watches.remove(key);
            return Optional.empty();
        }
        Taker taker = taker(app, key.queue());
        if (taker == null) {
            // Messages stay until somebody deploys a function for them, which is heard of.
            return Optional.empty();
        }
        int mine = Math.min(taker.concurrency(), config.atOnce());
        room.acquire();
        int permits = 1 + drained(mine - 1);
        List<QueueMessage> messages;
        try {
            messages = app.paused()
                    ? List.of()
                    : work.lease(app, key.queue(), taker.concurrency(), permits, taker.maxAttempts(), taker.lease());
        } catch (RuntimeException e) {
            room.release(permits);
            throw e;
        }
        room.release(permits - messages.size());
        for (QueueMessage message : messages) {
            threads.execute(() -> {
                try {
                    calls.attempt(app, key.queue(), message, taker.maxAttempts());
                } finally {
                    room.release();
                    look(key);
                }
            });
        }
        Instant now = Instant.now();
        return work.next(app, key.queue()).map(due -> {
            Duration left = Duration.between(now, due);
            Duration wait = left.compareTo(SOON) < 0 && (!messages.isEmpty() || left.isNegative()) ? SOON : left;
            return wait.compareTo(config.lookAfter()) > 0 ? config.lookAfter() : wait;
        });
    }

    private int drained(int most) {
        int got = 0;
        while (got < most && room.tryAcquire()) {
            got++;
        }
        return got;
    }

    private @Nullable Taker taker(AppState app, QueueName queue)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<DeployedFunction> all =
                functions.all(app).toCompletionStage().toCompletableFuture().get(15, TimeUnit.SECONDS);
        Duration lease = all.stream()
                .map(FunctionRuns::longest)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ofMinutes(2))
                .plusSeconds(30);
        return MessageCalls.taking(all, queue)
                .flatMap(function -> function.trigger(Trigger.Queue.class))
                .map(trigger -> new Taker(trigger.concurrency(), trigger.maxAttempts(), lease))
                .orElse(null);
    }
}
