package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Case 14: very many clients come back at the same moment, while changes flow. */
@QuarkusTest
@WithTestResource(StackResource.class)
class ReconnectIT extends AppIT {
    private static final int CLIENTS = 500;
    private static final int BEFORE = 20;
    private static final int WHILE = 20;

    @Test
    void fiveHundredThatComeBackAtOnceEachGetEveryChangeOnceAndInOrder() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        List<SocketClient> clients = new ArrayList<>();
        try (SocketClient witness = app.service().subscribe("t");
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            app.sql("INSERT INTO t VALUES (0)");
            String cursor = witness.awaitChanges(1).getFirst().path("cursor").asText();
            insert(1, BEFORE);
            witness.awaitChanges(1 + BEFORE);
            List<CompletableFuture<SocketClient>> connecting = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> app.user("user" + i)
                                    .send("{\"type\":\"subscribe\",\"table\":\"t\",\"since\":\"" + cursor + "\"}"),
                            pool))
                    .toList();
            insert(BEFORE + 1, BEFORE + WHILE);
            connecting.forEach(client -> clients.add(client.join()));
            app.sql("INSERT INTO t VALUES (" + (BEFORE + WHILE + 1) + ")");
            List<Integer> all =
                    IntStream.rangeClosed(1, BEFORE + WHILE + 1).boxed().toList();
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            clients.stream().allMatch(client -> client.changes().size() >= all.size()));
            for (SocketClient client : clients) {
                assertThat(client.changes()).extracting(AppIT::id).containsExactlyElementsOf(all);
                assertThat(client.ofType("resync")).isEmpty();
            }
        } finally {
            clients.forEach(SocketClient::close);
        }
    }

    private void insert(int first, int last) throws Exception {
        app.sql(IntStream.rangeClosed(first, last)
                .mapToObj(id -> "INSERT INTO t VALUES (" + id + ")")
                .toArray(String[]::new));
    }
}
