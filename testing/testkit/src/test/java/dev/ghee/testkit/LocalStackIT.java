package dev.ghee.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LocalStackIT {
    private static LocalStack stack;

    @BeforeAll
    static void start() {
        stack = LocalStack.shared();
    }

    @Test
    void postgresDecodesLogicallyAndFlushes() throws SQLException {
        assertThat(queryOne("SELECT current_setting('wal_level') || ' ' || current_setting('fsync')"))
                .isEqualTo("logical on");
        assertThat(Integer.parseInt(queryOne("SELECT current_setting('server_version_num')")))
                .isGreaterThanOrEqualTo(150_000);
    }

    @Test
    void postgresHasPgvector() throws SQLException {
        assertThat(queryOne("CREATE EXTENSION IF NOT EXISTS vector; SELECT '[1,2]'::vector <-> '[1,4]'::vector"))
                .isEqualTo("2");
    }

    @Test
    void kafkaKeepsWhatIsProduced() throws Exception {
        String topic = "testkit-" + UUID.randomUUID();
        try (var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", stack.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer());
                var consumer = new KafkaConsumer<>(
                        Map.<String, Object>of("bootstrap.servers", stack.bootstrapServers()),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "value")).get();
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.poll(Duration.ofSeconds(10)))
                    .singleElement()
                    .satisfies(polled -> assertThat(polled.value()).isEqualTo("value"));
        }
    }

    @Test
    void startingAgainKeepsTheRunningProcesses() {
        Map<String, Endpoints.Entry> before = stack.endpoints().asMap();
        assertThat(LocalStack.shared().endpoints().asMap()).isEqualTo(before);
    }

    @Test
    void configurationHasEverythingAServiceReads() {
        assertThat(stack.configuration())
                .containsKeys(
                        "kafka.bootstrap.servers",
                        "ghee.regions.us-east-1.postgres.port",
                        "ghee.s3.bucket",
                        "ghee.valkey.url",
                        "quarkus.mailer.port")
                .hasEntrySatisfying(
                        "ghee.encryption-key", key -> assertThat(key).matches("[0-9a-f]{64}"))
                .hasEntrySatisfying(
                        "ghee.bootstrap.owner-key", key -> assertThat(key).startsWith("bb_sk_"));
    }

    private static String queryOne(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        stack.jdbcUrl("postgres"), stack.adminUser(), stack.adminPassword());
                Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(sql);
            while (!rows) {
                rows = statement.getMoreResults();
            }
            try (ResultSet result = statement.getResultSet()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
