package dev.ghee.edge.routes;

import java.util.List;
import java.util.stream.Stream;

/**
 * The routes under the API's own names, and those under every other name.
 *
 * @param sites of an app's own host: its site, and the short forms of its API
 */
public record RouteTables(RouteTable api, RouteTable sites) {
    public List<Route> routes() {
        return Stream.of(api, sites).flatMap(table -> table.routes().stream()).toList();
    }
}
