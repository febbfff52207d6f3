package dev.ghee.control.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a name server that knows one text, one alias, and that some names do not exist. */
class NameServersTest {
    private static final int HEADER = 12;
    private static final int CNAME = 5;
    private static final int TXT = 16;
    private static final Vertx VERTX = Vertx.vertx();

    @SuppressWarnings("NullAway.Init")
    private static DatagramSocket server;

    private record Config(Optional<String> dnsServer) implements DomainConfig {
        @Override
        public int maxPerApp() {
            return 1;
        }

        @Override
        public Duration dnsTimeout() {
            return Duration.ofMillis(1_500);
        }

        @Override
        public Duration sweepEvery() {
            return Duration.ofDays(1);
        }

        @Override
        public Duration pendingFor() {
            return Duration.ofDays(1);
        }

        @Override
        public Duration recheckEvery() {
            return Duration.ofDays(1);
        }

        @Override
        public Duration keptWhileFailing() {
            return Duration.ofDays(1);
        }
    }

    @BeforeAll
    static void serve() throws SocketException {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(NameServersTest::answerAll);
    }

    @AfterAll
    static void stop() {
        server.close();
        VERTX.close();
    }

    private static void answerAll() {
        try {
            while (!server.isClosed()) {
                var packet = new DatagramPacket(new byte[512], 512);
                server.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                if (answer.length > 0) {
                    server.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private static byte[] answer(byte[] query) {
        var name = new StringBuilder();
        int at = HEADER;
        while (query[at] != 0) {
            name.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII))
                    .append('.');
            at += query[at] + 1;
        }
        int type = query[at + 2];
        byte[] question = Arrays.copyOfRange(query, HEADER, at + 5);
        return switch (name.toString()) {
            case "text.example.com." -> reply(query, question, 0, TXT, label("ghee-domain=1"));
            case "alias.example.com." ->
                type == CNAME
                        ? reply(query, question, 0, CNAME, concat(label("shop"), label("localhost"), new byte[1]))
                        : reply(query, question, 0, 0, new byte[0]);
            case "plain.example.com." -> reply(query, question, 0, 0, new byte[0]);
            case "broken.example.com." -> reply(query, question, 2, 0, new byte[0]);
            case "silent.example.com." -> new byte[0];
            default -> reply(query, question, 3, 0, new byte[0]);
        };
    }

    private static byte[] reply(byte[] query, byte[] question, int code, int type, byte[] data) {
        byte answers = (byte) (data.length == 0 ? 0 : 1);
        byte[] head = {query[0], query[1], (byte) 0x81, (byte) (0x80 | code), 0, 1, 0, answers, 0, 0, 0, 0};
        byte[] record = {(byte) 0xc0, HEADER, 0, (byte) type, 0, 1, 0, 0, 0, 60, 0, (byte) data.length};
        return answers == 0 ? concat(head, question) : concat(head, question, record, data);
    }

    private static byte[] label(String text) {
        return concat(new byte[] {(byte) text.length()}, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static NameServers names() {
        return new NameServers(VERTX, new Config(Optional.of("127.0.0.1:" + server.getLocalPort())));
    }

    @Test
    void readsTextsAndAliases() throws Exception {
        assertThat(names().texts("text.example.com")).containsExactly("ghee-domain=1");
        assertThat(names().alias("alias.example.com"))
                .hasValueSatisfying(alias -> assertThat(alias).matches("shop\\.localhost\\.?"));
    }

    @Test
    void aNameWithoutSuchRecordsOrWithoutAnyHasNone() throws Exception {
        assertThat(names().texts("plain.example.com")).isEmpty();
        assertThat(names().alias("plain.example.com")).isEmpty();
        assertThat(names().texts("nowhere.example.com")).isEmpty();
    }

    @Test
    void aServerThatFailsOrIsSilentHasNotAnswered() {
        assertThatThrownBy(() -> names().texts("broken.example.com"))
                .isInstanceOf(PublicRecords.UnansweredException.class);
        assertThatThrownBy(() -> names().texts("silent.example.com"))
                .isInstanceOf(PublicRecords.UnansweredException.class);
    }
}
