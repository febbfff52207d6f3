package dev.ghee.edge.routes;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes by precedence; immutable. */
public final class RouteTable {
    private record Row(PathPattern pattern, Route route) {}

    private final Row[] rows;

    /** Fails with {@link IllegalArgumentException} on a malformed or repeated pattern. */
    public RouteTable(List<Route> routes) {
        rows = routes.stream()
                .map(route -> new Row(PathPattern.parse(route.pattern()), route))
                .sorted(Comparator.comparing(Row::pattern))
                .toArray(Row[]::new);
        long distinct = routes.stream().map(Route::pattern).distinct().count();
        if (distinct != rows.length) {
            throw new IllegalArgumentException("A pattern occurs twice in the route table");
        }
    }

    /** The route of a path in canonical form, or null when the table has none. */
    public @Nullable Route find(String canonicalPath) {
        for (Row row : rows) {
            if (row.pattern().matches(canonicalPath)) {
                return row.route();
            }
        }
        return null;
    }

    public List<Route> routes() {
        return java.util.Arrays.stream(rows).map(Row::route).toList();
    }
}
