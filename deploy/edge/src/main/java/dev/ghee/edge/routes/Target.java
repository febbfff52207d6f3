package dev.ghee.edge.routes;

/** Where a route leads. */
public sealed interface Target {
    /** A service, by the name under which the edge's configuration knows its address. */
    record Backend(String service) implements Target {}

    /** A directory of static files, by its name in the edge's configuration. */
    record Files(String directory) implements Target {}

    /** Nowhere: the route exists between services only. */
    record Denied() implements Target {}
}
