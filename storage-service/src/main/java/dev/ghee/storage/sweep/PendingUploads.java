package dev.ghee.storage.sweep;

import dev.ghee.contracts.AppState;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.object.Arrivals;
import dev.ghee.storage.object.StoredObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Objects that are reserved but not known to be there: those whose bytes have arrived are made known, without anybody
 * having asked for them, and those that never come are given up. Waits, so only on virtual threads.
 */
@ApplicationScoped
class PendingUploads {
    private static final String YOUNG = "SELECT " + StoredObject.COLUMNS + "\n" + """
            FROM ghee.objects WHERE status = 'pending' AND expires_at >= clock_timestamp()
            ORDER BY expires_at DESC LIMIT 200""";
    private static final String OVERDUE = "SELECT " + StoredObject.COLUMNS + "\n" + """
            FROM ghee.objects WHERE status = 'pending' AND expires_at < clock_timestamp()
            ORDER BY expires_at LIMIT 200""";
    /** Looks once more whether it is overdue: an upload in parts may have been given more time. */
    private static final String GIVE_UP = """
            DELETE FROM ghee.objects WHERE id = $1 AND status = 'pending' AND expires_at < clock_timestamp()""";

    private final AppSql sql;
    private final Arrivals arrivals;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("pending-", 0).factory());

    PendingUploads(AppSql sql, Arrivals arrivals) {
        this.sql = sql;
        this.arrivals = arrivals;
    }

    /** How many are still awaited. Fails with {@code S3_ERROR}: then none is given up. */
    int look(AppState app) {
        while (giveUp(app)) {
            // Some more.
        }
        List<StoredObject> young = pending(app, YOUNG);
        return young.size()
                - together(young.stream()
                        .map(object -> threads.submit(
                                () -> arrivals.lookNow(app, object).isPresent() ? 1 : 0))
                        .toList());
    }

    private boolean giveUp(AppState app) {
        List<StoredObject> overdue = pending(app, OVERDUE);
        together(overdue.stream()
                .map(object -> threads.submit(() -> {
                    if (arrivals.lookNow(app, object).isEmpty()) {
                        AppSql.await(sql.run(app, GIVE_UP, Tuple.of(object.id())));
                    }
                    return 1;
                }))
                .toList());
        return !overdue.isEmpty();
    }

    private List<StoredObject> pending(AppState app, String which) {
        List<StoredObject> found = new ArrayList<>();
        for (Row row : AppSql.await(sql.run(app, which, Tuple.tuple()))) {
            found.add(StoredObject.of(row));
        }
        return found;
    }

    private static int together(List<Future<Integer>> work) {
        int sum = 0;
        RuntimeException failure = null;
        for (Future<Integer> one : work) {
            try {
                sum += one.get();
            } catch (ExecutionException e) {
                failure = e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return sum;
    }
}
