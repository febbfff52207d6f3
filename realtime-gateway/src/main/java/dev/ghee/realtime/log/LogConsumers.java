package dev.ghee.realtime.log;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens consumers of {@code ghee.changes} that say where they begin, and never begin somewhere else by themselves. */
@ApplicationScoped
public class LogConsumers {
    private static final String FETCH_WAIT_MILLIS = "500";

    private final String bootstrapServers;

    LogConsumers(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    KafkaConsumer<String, byte[]> open(String name) {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", "ghee-realtime-" + name);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "none");
        settings.put("fetch.max.wait.ms", FETCH_WAIT_MILLIS);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    }

    List<TopicPartition> partitions(KafkaConsumer<String, byte[]> open) {
        List<TopicPartition> partitions = open.partitionsFor(Topics.CHANGES).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("The topic is not there yet");
        }
        return partitions;
    }

    /** The partition that the producer puts an app's records in. */
    static TopicPartition partitionOf(AppId app, int partitions) {
        byte[] key = app.value().getBytes(StandardCharsets.UTF_8);
        return new TopicPartition(Topics.CHANGES, BuiltInPartitioner.partitionForKey(key, partitions));
    }
}
