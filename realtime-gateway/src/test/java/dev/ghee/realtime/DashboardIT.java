package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ghee.testkit.Repository;
import dev.ghee.testkit.StackResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard and the documentation speak of metrics that there are. */
@QuarkusTest
@WithTestResource(StackResource.class)
class DashboardIT extends AppIT {
    private static final Pattern METRIC = Pattern.compile("ghee_realtime_[a-z_]+");

    @Test
    void everyMetricOfTheDashboardAndTheDocumentationExists() throws Exception {
        Path root = Repository.root();
        Set<String> named = metrics(Files.readString(root.resolve("docs/realtime.md")));
        JsonNode dashboard = new ObjectMapper()
                .readTree(root.resolve("deploy/grafana/realtime.json").toFile());
        dashboard.findValuesAsText("expr").forEach(query -> named.addAll(metrics(query)));
        assertThat(named).hasSizeGreaterThan(15);
        app.sql("CREATE TABLE t (id int PRIMARY KEY)");
        app.live("t");
        try (SocketClient service = app.service().subscribe("t")) {
            app.sql("INSERT INTO t VALUES (1)");
            service.awaitChanges(1);
            await().atMost(SocketClient.PATIENCE).untilAsserted(() -> {
                String shown = RestAssured.get("/q/metrics").asString();
                // Histograms have more series than the documentation gives names.
                assertThat(named).allSatisfy(name -> assertThat(shown).containsPattern("(?m)^" + name + "(_|\\{| )"));
            });
        }
    }

    private static Set<String> metrics(String text) {
        return METRIC.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }
}
