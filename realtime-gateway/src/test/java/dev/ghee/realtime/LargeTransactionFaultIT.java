package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Case 6: a transaction that is larger than what the process may use, and a row that is. The heap of this JVM, in which
 * gateway and test run, is 768 MB; neither may be held whole.
 */
@QuarkusTest
@WithTestResource(StackResource.class)
class LargeTransactionFaultIT extends AppIT {
    private static final int ROWS = 1_000_000;
    private static final int EVERY = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(80);

    @Test
    void aMillionRowsOfOneTransactionArriveInOrderWithNothingBetweenThem() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY, bucket int)");
        app.live("t");
        try (SocketClient some = app.user("ada").subscribe("t", "{\"bucket\":0}");
                Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            owner.setAutoCommit(false);
            statement.execute("INSERT INTO t SELECT n, n % " + EVERY + " FROM generate_series(1, " + ROWS + ") n");
            // Commits first, and so comes first.
            app.sql("INSERT INTO t VALUES (-1, 0)");
            owner.commit();
            app.sql("INSERT INTO t VALUES (-2, 0)");
            List<Integer> expected = IntStream.concat(
                            IntStream.concat(
                                    IntStream.of(-1),
                                    IntStream.rangeClosed(1, ROWS / EVERY).map(n -> n * EVERY)),
                            IntStream.of(-2))
                    .boxed()
                    .toList();
            await().atMost(PATIENCE).until(() -> some.changes().size() >= expected.size());
            assertThat(some.changes()).extracting(AppIT::id).containsExactlyElementsOf(expected);
            assertThat(some.ofType("resync")).isEmpty();
        }
    }

    @Test
    void aRowOfAHundredMegabytesIsAResyncAndTheStreamGoesOn() throws Exception {
        app.sql("CREATE TABLE t (id int PRIMARY KEY, body text)");
        app.live("t");
        try (SocketClient ada = app.user("ada").subscribe("t")) {
            app.sql(
                    "INSERT INTO t VALUES (1, 'small')",
                    "INSERT INTO t VALUES (2, repeat('x', 100000000))",
                    "INSERT INTO t VALUES (3, 'small')");
            await().atMost(PATIENCE).until(() -> ada.changes().size() >= 2);
            assertThat(ada.changes()).extracting(AppIT::id).containsExactly(1, 3);
            assertThat(ada.ofType("resync"))
                    .extracting(frame -> frame.path("reason").asText())
                    .containsExactly("incomplete");
            assertThat(ada.frames.indexOf(ada.ofType("resync").getFirst()))
                    .isBetween(
                            ada.frames.indexOf(ada.changes().getFirst()),
                            ada.frames.indexOf(ada.changes().getLast()));
        }
    }
}
