package dev.ghee.storage.event;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Writes events of apps to Kafka, those of one app in order. */
@ApplicationScoped
public class EventWriter {
    private static final int DELIVERY_MILLIS = 120_000;

    private final KafkaProducer<String, byte[]> producer;

    EventWriter(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", "ghee-storage");
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("linger.ms", "0");
        settings.put("delivery.timeout.ms", DELIVERY_MILLIS);
        // Who asks for an event waits no longer than this for a broker that is away.
        settings.put("max.block.ms", 2_000);
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    void stop(@Observes ShutdownEvent event) {
        producer.close(Duration.ofSeconds(2));
    }

    /**
     * Completes when the brokers have the event, or fails with Kafka's exception. May block for two seconds while the
     * brokers are away, so not for event loops.
     */
    public CompletableFuture<Void> write(String topic, AppId app, Object event) {
        var written = new CompletableFuture<Void>();
        try {
            producer.send(new ProducerRecord<>(topic, app.value(), Contracts.write(event)), (_, failure) -> {
                if (failure == null) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            written.completeExceptionally(e);
        }
        return written;
    }
}
