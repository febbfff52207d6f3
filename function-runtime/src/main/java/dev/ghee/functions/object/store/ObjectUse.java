package dev.ghee.functions.object.store;

import dev.ghee.contracts.AppState;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;

/** What an app's objects used, by month (UTC). */
@ApplicationScoped
public class ObjectUse {
    private static final String ADD = """
            INSERT INTO ghee.durable_object_usage AS u (month, requests, cpu_ms)
            VALUES (date_trunc('month', now() AT TIME ZONE 'UTC')::date, $1, $2)
            ON CONFLICT (month) DO UPDATE SET requests = u.requests + excluded.requests,
              cpu_ms = u.cpu_ms + excluded.cpu_ms""";

    private static final String THIS_MONTH = """
            SELECT requests, cpu_ms FROM ghee.durable_object_usage
            WHERE month = date_trunc('month', now() AT TIME ZONE 'UTC')::date""";

    private final ObjectDatabase database;

    ObjectUse(ObjectDatabase database) {
        this.database = database;
    }

    /** @param cpuMillis processor time of the app's process, user and system */
    public record Used(long requests, long cpuMillis) {
        public boolean isNothing() {
            return requests == 0 && cpuMillis == 0;
        }
    }

    public void add(AppState app, Used more) {
        database.all(app, ADD, Tuple.of(more.requests(), more.cpuMillis()));
    }

    public Used thisMonth(AppState app) {
        return database.first(app, THIS_MONTH, Tuple.tuple())
                .map(row -> new Used(row.getLong("requests"), row.getLong("cpu_ms")))
                .orElse(new Used(0, 0));
    }
}
