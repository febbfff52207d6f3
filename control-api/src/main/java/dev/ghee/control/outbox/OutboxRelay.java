package dev.ghee.control.outbox;

import dev.ghee.contracts.Topics;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.tenancy.topic.StateTopics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what the outbox holds, in the order in which it was put, and marks it only once Kafka has acknowledged
 * it: a crash repeats states but loses none. Events about users travel the same way, and are forgotten then. When a process starts, every state is published again, so a Kafka that
 * lost its data recovers. One replica publishes at a time.
 */
@ApplicationScoped
public class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    /** Any constant; every replica uses the same. */
    private static final long LOCK = 0x6f757462L;

    private static final String TRY_LOCK = "SELECT pg_try_advisory_xact_lock(" + LOCK + ")";
    private static final String PENDING = """
            SELECT topic, key, revision, payload FROM state_outbox WHERE NOT published ORDER BY position LIMIT ?""";
    // A state that changed meanwhile stays pending.
    private static final String MARK = """
            UPDATE state_outbox SET published = true WHERE topic = ? AND key = ? AND revision = ?""";
    // What is no state need not be published again.
    private static final String FORGET = "DELETE FROM state_outbox WHERE published AND (payload IS NULL OR topic IN ('"
            + Topics.USER_EVENTS + "', '" + Topics.FUNCTIONS + "'))";
    private static final String REPUBLISH = "UPDATE state_outbox SET published = false WHERE published";

    private final OutboxConfig config;
    private final ControlDatabase database;
    private final StateTopics topics;
    private final String bootstrapServers;
    private final Counter failures;
    private final Semaphore work = new Semaphore(0);
    private volatile boolean stopping;
    private @Nullable Thread thread;

    OutboxRelay(
            OutboxConfig config,
            ControlDatabase database,
            StateTopics topics,
            MeterRegistry metrics,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.config = config;
        this.database = database;
        this.topics = topics;
        this.failures = metrics.counter("ghee.outbox.failures");
        this.bootstrapServers = bootstrapServers;
    }

    private record Pending(String topic, String key, long revision, byte @Nullable [] payload) {}

    void start(@Observes @Priority(ControlDatabase.READY + 10) StartupEvent event) throws SQLException {
        try (Connection connection = database.connect();
                Statement sql = connection.createStatement()) {
            sql.execute(REPUBLISH);
        }
        thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        wake();
        if (thread != null) {
            thread.join(Duration.ofSeconds(3));
        }
    }

    /** There is something to publish. Any thread; never blocks. */
    void wake() {
        work.release();
    }

    private void run() {
        Duration backOff = FIRST_BACK_OFF;
        while (!stopping) {
            try (Connection connection = database.connect();
                    KafkaProducer<String, byte[]> producer = producer()) {
                topics.createMissing(List.of(Topics.APPS, Topics.API_KEYS));
                topics.createMissingLogs(List.of(Topics.USER_EVENTS, Topics.FUNCTIONS));
                connection.setAutoCommit(false);
                while (!stopping) {
                    int published = publishPending(connection, producer);
                    backOff = FIRST_BACK_OFF;
                    if (published < config.batchSize()) {
                        awaitWork(config.pollInterval());
                    }
                }
            } catch (SQLException | ExecutionException | KafkaException e) {
                failures.increment();
                LOG.warnf("Publishing states failed, trying again: pause=%s cause=%s", backOff, e);
                backOff = pause(backOff);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Duration pause(Duration backOff) {
        try {
            Thread.sleep(backOff);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
        Duration doubled = backOff.multipliedBy(2);
        return doubled.compareTo(config.maxBackOff()) < 0 ? doubled : config.maxBackOff();
    }

    private void awaitWork(Duration atMost) throws InterruptedException {
        if (work.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            work.drainPermits();
        }
    }

    private int publishPending(Connection connection, KafkaProducer<String, byte[]> producer)
            throws SQLException, ExecutionException, InterruptedException {
        List<Pending> batch = pending(connection);
        if (!batch.isEmpty()) {
            publish(batch, producer);
            mark(connection, batch);
        }
        connection.commit();
        return batch.size();
    }

    private List<Pending> pending(Connection connection) throws SQLException {
        List<Pending> batch = new ArrayList<>();
        try (Statement lock = connection.createStatement();
                var locked = lock.executeQuery(TRY_LOCK)) {
            if (!locked.next() || !locked.getBoolean(1)) {
                return batch;
            }
        }
        try (var query = connection.prepareStatement(PENDING)) {
            query.setInt(1, config.batchSize());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    String payload = rows.getString(4);
                    batch.add(new Pending(
                            rows.getString(1),
                            rows.getString(2),
                            rows.getLong(3),
                            payload == null ? null : payload.getBytes(StandardCharsets.UTF_8)));
                }
            }
        }
        return batch;
    }

    private static void publish(List<Pending> batch, KafkaProducer<String, byte[]> producer)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>(batch.size());
        for (Pending state : batch) {
            acknowledgements.add(producer.send(new ProducerRecord<>(state.topic(), state.key(), state.payload())));
        }
        producer.flush();
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    private static void mark(Connection connection, List<Pending> batch) throws SQLException {
        try (var mark = connection.prepareStatement(MARK)) {
            for (Pending state : batch) {
                mark.setString(1, state.topic());
                mark.setString(2, state.key());
                mark.setLong(3, state.revision());
                mark.addBatch();
            }
            mark.executeBatch();
        }
        try (Statement sql = connection.createStatement()) {
            sql.execute(FORGET);
        }
    }

    private KafkaProducer<String, byte[]> producer() {
        long timeout = config.deliveryTimeout().toMillis();
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("delivery.timeout.ms", Long.toString(timeout));
        settings.put("request.timeout.ms", Long.toString(Math.max(1, timeout / 2)));
        settings.put("max.block.ms", Long.toString(timeout));
        settings.put("linger.ms", "0");
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
