package dev.ghee.tenancy.rls;

import io.vertx.pgclient.PgConnection;

/** One connection of a {@link LoopPool}; touched only on that pool's event loop. */
final class Lane {
    private final PgConnection connection;
    /** When it was lent or given back, in nanoseconds of {@link System#nanoTime()}. */
    private long since;

    private boolean closed;
    private boolean broken;

    Lane(PgConnection connection, long now) {
        this.connection = connection;
        this.since = now;
    }

    PgConnection connection() {
        return connection;
    }

    long since() {
        return since;
    }

    void since(long now) {
        this.since = now;
    }

    /** The server or the network ended it. */
    void markClosed() {
        closed = true;
    }

    /** It works, but something about it cannot be trusted any more: it is closed instead of being lent again. */
    void markBroken() {
        broken = true;
    }

    boolean closed() {
        return closed;
    }

    boolean usable() {
        return !closed && !broken;
    }
}
