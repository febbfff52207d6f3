package dev.ghee.storage.object;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.storage.database.AppSql;
import dev.ghee.storage.object.ListQuery.Position;
import dev.ghee.tenancy.caller.Caller;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of the objects that a caller may change, newest first. */
@ApplicationScoped
class ObjectLists {
    private static final String LIST = "SELECT " + StoredObject.COLUMNS + "\n" + """
             FROM ghee.objects WHERE true
            """;
    private static final String OF_USER = " AND user_id = $%d";
    private static final String WITH_PREFIX = " AND filename ^@ $%d";
    private static final String WITH_PART = " AND position(lower($%d) IN lower(filename)) > 0";
    private static final String IN_FOLDER = " AND position('/' IN substr(filename, length($%d) + 1)) = 0";
    private static final String BELOW_FOLDER = " AND position('/' IN substr(filename, length($%d) + 1)) > 0";
    private static final String AFTER = " AND (created_at, id) < ($%d, $%d)";
    private static final String NEWEST = " ORDER BY created_at DESC, id DESC LIMIT $%d";
    private static final String FOLDERS = """
            SELECT DISTINCT split_part(substr(filename, length($1) + 1), '/', 1) AS folder FROM ghee.objects
             WHERE status = 'stored' AND filename ^@ $1""";
    private static final String BY_NAME = " ORDER BY 1 LIMIT " + ObjectLists.MOST_FOLDERS;
    private static final String PENDING = "SELECT " + StoredObject.COLUMNS + "\n" + """
             FROM ghee.objects WHERE status = 'pending' AND ($1::text IS NULL OR user_id = $1)
             ORDER BY expires_at DESC LIMIT 20""";
    private static final int MOST_FOLDERS = 1000;

    private final AppSql sql;
    private final Arrivals arrivals;

    ObjectLists(AppSql sql, Arrivals arrivals) {
        this.sql = sql;
        this.arrivals = arrivals;
    }

    /**
     * A page.
     *
     * @param nextCursor null on the last page
     * @param folders directly in the folder that was asked for, on the first page; null when none was
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(
            List<ObjectRoutes.View> objects,
            @JsonProperty("next_cursor") @Nullable String nextCursor,
            @Nullable List<String> folders) {}

    Future<Page> list(AppState app, Caller caller, ListQuery query) {
        String user = Standing.known(caller, app).onlyOf();
        return arrived(app, user, query)
                .compose(_ -> objects(app, user, query))
                .compose(objects -> folders(app, user, query).map(folders -> {
                    boolean more = objects.size() > query.limit();
                    List<StoredObject> shown = more ? objects.subList(0, query.limit()) : objects;
                    return new Page(
                            shown.stream().map(ObjectRoutes.View::of).toList(),
                            more ? Position.of(shown.getLast()).cursor() : null,
                            folders);
                }));
    }

    /** Whoever lists right after an upload is to find it. */
    private Future<?> arrived(AppState app, @Nullable String user, ListQuery query) {
        if (query.after() != null) {
            return Future.succeededFuture();
        }
        return sql.run(app, PENDING, Tuple.of(user))
                .compose(rows -> Future.join(objects(rows).stream()
                                .map(object -> arrivals.look(app, object))
                                .toList())
                        // A list needs no object store: without it, it shows what is known.
                        .otherwiseEmpty());
    }

    private Future<List<StoredObject>> objects(AppState app, @Nullable String user, ListQuery query) {
        var statement = new Statement(LIST);
        statement.unlessNull(OF_USER, user);
        statement.unlessNull(WITH_PREFIX, query.prefix());
        statement.unlessNull(WITH_PART, query.search());
        statement.unlessNull(WITH_PREFIX, query.folder());
        statement.unlessNull(IN_FOLDER, query.folder());
        Position after = query.after();
        if (after != null) {
            statement.with(AFTER, after.createdAt().atOffset(ZoneOffset.UTC), after.id());
        }
        statement.with(NEWEST, query.limit() + 1L);
        return sql.run(app, statement.text(), statement.parameters).map(ObjectLists::objects);
    }

    private Future<@Nullable List<String>> folders(AppState app, @Nullable String user, ListQuery query) {
        if (query.folder() == null || query.after() != null) {
            return Future.succeededFuture(null);
        }
        var statement = new Statement(FOLDERS);
        statement.parameters.addString(query.folder());
        statement.unlessNull(BELOW_FOLDER, query.folder());
        statement.unlessNull(OF_USER, user);
        return sql.run(app, statement.text() + BY_NAME, statement.parameters).map(rows -> {
            List<String> names = new ArrayList<>();
            rows.forEach(row -> names.add(row.getString("folder")));
            return names;
        });
    }

    private static List<StoredObject> objects(RowSet<Row> rows) {
        List<StoredObject> objects = new ArrayList<>();
        rows.forEach(row -> objects.add(StoredObject.of(row)));
        return objects;
    }

    /** Put together from the constants above; values are parameters. */
    private static final class Statement {
        private final StringBuilder text;
        private final Tuple parameters = Tuple.tuple();

        Statement(String start) {
            text = new StringBuilder(start);
        }

        void unlessNull(String clause, @Nullable Object value) {
            if (value != null) {
                with(clause, value);
            }
        }

        void with(String clause, Object... values) {
            Object[] numbers = new Object[values.length];
            for (int i = 0; i < values.length; i++) {
                parameters.addValue(values[i]);
                numbers[i] = parameters.size();
            }
            text.append(clause.formatted(numbers));
        }

        String text() {
            return text.toString();
        }
    }
}
