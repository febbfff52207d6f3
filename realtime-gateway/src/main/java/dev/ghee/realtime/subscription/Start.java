package dev.ghee.realtime.subscription;

/** From where a subscription wants to be served. */
public sealed interface Start {
    Start LIVE = new Live();

    /** What is committed from now on. */
    record Live() implements Start {}

    /** What was committed after this position, from the log, then what follows. */
    record Since(Cursor cursor) implements Start {}

    /** The rows that are visible now, then what is committed after. */
    record Snapshot() implements Start {}
}
