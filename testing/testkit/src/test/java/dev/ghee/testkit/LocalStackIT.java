package dev.ghee.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.errors.ErrorResponseException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
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
    void objectStoreGivesBackWhatWasPut() throws Exception {
        Endpoints.Entry s3 = stack.endpoints().get("s3");
        byte[] content = "hello".getBytes(UTF_8);
        String key = "testkit/" + UUID.randomUUID();
        try (MinioClient client = s3(s3.get("accessKey"), s3.get("secretKey"))) {
            client.putObject(PutObjectArgs.builder().bucket(s3.get("bucket")).object(key).stream(
                            new ByteArrayInputStream(content), content.length, -1)
                    .contentType("text/plain")
                    .build());
            try (var object = client.getObject(
                    GetObjectArgs.builder().bucket(s3.get("bucket")).object(key).build())) {
                assertThat(object.readAllBytes()).isEqualTo(content);
            }
        }
    }

    @Test
    void objectStoreRefusesAWrongSecret() throws Exception {
        Endpoints.Entry s3 = stack.endpoints().get("s3");
        try (MinioClient client = s3(s3.get("accessKey"), "wrong-secret")) {
            assertThatThrownBy(() -> client.bucketExists(
                            BucketExistsArgs.builder().bucket(s3.get("bucket")).build()))
                    .isInstanceOf(ErrorResponseException.class);
        }
    }

    @Test
    void valkeyAnswersPing() throws Exception {
        URI url = URI.create(stack.endpoints().get("valkey").get("url"));
        assertThat(converse(url.getPort(), "PING")).containsExactly("+PONG");
    }

    @Test
    void mailLandsAsAFile() throws Exception {
        Endpoints.Entry mail = stack.endpoints().get("mail");
        String subject = "testkit " + UUID.randomUUID();
        converse(
                Integer.parseInt(mail.get("port")),
                "HELO localhost",
                "MAIL FROM:<a@localhost>",
                "RCPT TO:<b@localhost>",
                "DATA",
                "Subject: " + subject + "\r\n\r\nHello.\r\n.",
                "QUIT");
        await().untilAsserted(() -> {
            try (Stream<Path> files = Files.list(stack.mailDirectory())) {
                assertThat(files.filter(file -> file.toString().endsWith(".eml")))
                        .anySatisfy(file -> assertThat(file).content().contains("Subject: " + subject));
            }
        });
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

    private static MinioClient s3(String accessKey, String secretKey) {
        return MinioClient.builder()
                .endpoint(stack.endpoints().get("s3").get("url"))
                .credentials(accessKey, secretKey)
                .build();
    }

    /** Sends each line once the one before was answered; returns the answers to them. */
    private static List<String> converse(int port, String... lines) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port);
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                OutputStream out = socket.getOutputStream()) {
            socket.setSoTimeout(5_000);
            List<String> answers = new ArrayList<>();
            if (lines[0].startsWith("HELO")) {
                in.readLine();
            }
            for (String line : lines) {
                out.write((line + "\r\n").getBytes(UTF_8));
                out.flush();
                answers.add(String.valueOf(in.readLine()));
            }
            return answers;
        }
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
