package dev.ghee.control.schema;

import java.util.List;
import java.util.Set;

/** Tables whose names the API uses for something else: they work in SQL and in functions, and have no REST routes. */
final class ShadowedTables {
    /** First segments after {@code /v1/{app}/} that are no table's, as far as a table may be named so. */
    static final Set<String> NAMES = Set.of(
            "config",
            "env",
            "fn",
            "frontend",
            "functions",
            "kv",
            "migrations",
            "queues",
            "realtime",
            "rls",
            "schema",
            "secure",
            "webhook");

    private ShadowedTables() {}

    /** One warning for each such table of the schema. */
    static List<String> warnings(Schema schema) {
        return schema.tables().keySet().stream()
                .filter(NAMES::contains)
                .map(table -> "Table " + table + " cannot be reached over REST: /v1/<app>/" + table
                        + " is a route of the platform. Give it another name, or use it in functions only")
                .toList();
    }
}
