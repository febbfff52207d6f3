package dev.ghee.realtime.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class QueueLimitTest {
    private static final class Client implements QueueLimit.Client {
        private final long bytes;
        private boolean dropped;

        Client(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public long queuedBytes() {
            return dropped ? 0 : bytes;
        }

        @Override
        public void drop() {
            dropped = true;
        }
    }

    private static List<Client> clients(long... bytes) {
        return Stream.of(java.util.Arrays.stream(bytes).boxed().toArray(Long[]::new))
                .map(Client::new)
                .toList();
    }

    @Test
    void belowTheLimitNobodyIsDropped() {
        List<Client> clients = clients(40, 0, 60);
        new QueueLimit(100, () -> clients).enforce();
        assertThat(clients).noneMatch(client -> client.dropped);
    }

    @Test
    void aboveItThoseForWhomMostWaitsAreAndNoMoreThanNeeded() {
        List<Client> clients = clients(30, 50, 10, 70, 0);
        new QueueLimit(100, () -> clients).enforce();
        assertThat(clients).extracting(client -> client.dropped).containsExactly(false, false, false, true, false);
        new QueueLimit(89, () -> clients).enforce();
        assertThat(clients).extracting(client -> client.dropped).containsExactly(false, true, false, true, false);
    }

    @Test
    void withNoRoomAtAllEverybodyWithAQueueIsDropped() {
        List<Client> clients = clients(1, 0, 2);
        new QueueLimit(0, () -> clients).enforce();
        assertThat(clients).extracting(client -> client.dropped).containsExactly(true, false, true);
    }
}
