package dev.ghee.storage.sweep;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.object.StorageConfig;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;

/**
 * One round of everything that follows from what happens to an app's objects. Of several processes one at a time goes on
 * a round for an app; when it dies, another takes over after {@value #LEASE_SECONDS} seconds. Waits, so only on virtual
 * threads.
 */
@ApplicationScoped
class FollowUp {
    private static final double LEASE_SECONDS = 60;
    private static final String TAKE = """
            UPDATE ghee.storage_worker SET holder = $1, until = clock_timestamp() + make_interval(secs => $2)
             WHERE holder = $1 OR until < clock_timestamp()
            RETURNING compared_at < clock_timestamp() - make_interval(secs => $3) AS compare""";
    private static final String GIVE_BACK = """
            UPDATE ghee.storage_worker SET until = '-infinity', holder = NULL WHERE holder = $1""";
    private static final String COMPARED = "UPDATE ghee.storage_worker SET compared_at = clock_timestamp()";

    private final UUID self = UUID.randomUUID();
    private final AppSql sql;
    private final Outbox outbox;
    private final PendingUploads pending;
    private final Orphans orphans;
    private final StorageConfig config;

    FollowUp(AppSql sql, Outbox outbox, PendingUploads pending, Orphans orphans, StorageConfig config) {
        this.sql = sql;
        this.outbox = outbox;
        this.pending = pending;
        this.orphans = orphans;
        this.config = config;
    }

    /** What a round has found. */
    enum Found {
        /** Nothing is left to do. */
        NOTHING,
        /** Uploads are awaited. */
        UPLOADS,
        /** Another process is at it. */
        SOMEBODY
    }

    /** Fails with {@code S3_ERROR}, {@code EXTERNAL_DB_ERROR} and {@code EXTERNAL_NETWORK_ERROR}; nothing is lost by that. */
    Found round(AppState app) {
        Row lease = take(app);
        if (lease == null) {
            return Found.SOMEBODY;
        }
        try {
            drain(app);
            int awaited = pending.look(app);
            // What arrived or was given up just now.
            drain(app);
            if (lease.getBoolean("compare")) {
                orphans.delete(app, Instant.now().minus(config.orphanAge()));
                AppSql.await(sql.run(app, COMPARED, Tuple.tuple()));
            }
            return awaited > 0 ? Found.UPLOADS : Found.NOTHING;
        } finally {
            AppSql.await(sql.run(app, GIVE_BACK, Tuple.of(self)));
        }
    }

    private void drain(AppState app) {
        while (outbox.drain(app)) {
            if (take(app) == null) {
                // We were too slow; somebody else goes on where we are.
                return;
            }
        }
    }

    private @org.jspecify.annotations.Nullable Row take(AppState app) {
        var rows = AppSql.await(sql.run(app, TAKE, Tuple.of(self, LEASE_SECONDS, (double)
                        config.orphanInterval().toSeconds())))
                .iterator();
        return rows.hasNext() ? rows.next() : null;
    }
}
