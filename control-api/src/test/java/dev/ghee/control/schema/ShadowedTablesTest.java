package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.testkit.Repository;
import java.nio.file.Files;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ShadowedTablesTest {
    private static final Pattern ROUTE =
            Pattern.compile("path: /v1/\\{app}/([a-z][a-z0-9_]*)(?:/|$)", Pattern.MULTILINE);

    @Test
    void everyRouteOfAnotherServiceIsAmongThem() throws Exception {
        String routes = Files.readString(Repository.root().resolve("deploy/routes.yaml"));
        assertThat(ROUTE.matcher(routes).results().map((MatchResult found) -> found.group(1)))
                .contains("functions")
                .isSubsetOf(ShadowedTables.NAMES);
    }
}
