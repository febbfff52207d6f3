package dev.ghee.tenancy.rls;

import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.impl.SqlConnectionInternal;

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

    /**
     * Ends a connection whose server does not answer: the commands under way fail, and so the lane comes back. Closing
     * it politely would wait for those commands.
     */
    void cut() {
        broken = true;
        if (((SqlConnectionInternal) connection).unwrap() instanceof SocketConnectionBase wire) {
            wire.socket().close();
        } else {
            connection.close();
        }
    }

    boolean closed() {
        return closed;
    }

    boolean usable() {
        return !closed && !broken;
    }
}
