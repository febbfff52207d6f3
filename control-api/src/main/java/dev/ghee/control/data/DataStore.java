package dev.ghee.control.data;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.DbClaims;
import dev.ghee.tenancy.rls.RlsSession;
import dev.ghee.tenancy.rls.RlsSession.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Rows of apps' tables, as JSON, under the caller's role. One flight per call. */
@ApplicationScoped
class DataStore {
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final RlsSession session;
    private final DataApiConfig config;

    DataStore(RlsSession session, DataApiConfig config) {
        this.session = session;
        this.config = config;
    }

    /** A table together with who is asking. */
    record Access(AppState app, DbClaims claims, Table table) {}

    /**
     * Rows as a JSON array.
     *
     * @param rows how many there are in it
     * @param total how many match the filters, when that was asked for
     */
    record Page(Buffer json, long rows, Optional<Long> total) {}

    Uni<Page> page(Access access, PageRequest request, boolean withTotal) {
        var steps = new ArrayList<Step>(2);
        Tuple parameters = tuple(request.filters());
        if (request.offset() > 0) {
            parameters.addLong(request.offset());
        }
        steps.add(new Step(TableSql.statement(access.table(), request.shape()), parameters));
        if (withTotal) {
            var count = new StatementShape.Count(request.filters().conditions());
            steps.add(new Step(TableSql.statement(access.table(), count), tuple(request.filters())));
        }
        return session.query(access.app(), access.claims(), steps).map(answers -> {
            Row page = answers.getFirst().iterator().next();
            Optional<Long> total =
                    withTotal ? Optional.of(answers.getLast().iterator().next().getLong(0)) : Optional.empty();
            return new Page(page.getBuffer(0), page.getLong(1), total);
        });
    }

    Uni<Buffer> get(Access access, String id, List<String> columns) {
        return run(access, new StatementShape.Get(columns), Tuple.of(key(access.table(), id)))
                .map(DataStore::onlyRow);
    }

    /** The rows in the order in which they were sent: an array when the body was one, else an object. */
    Uni<Buffer> insert(Access access, RowBody body) {
        Map<List<String>, List<Integer>> byColumns = new LinkedHashMap<>();
        for (int i = 0; i < body.rows().size(); i++) {
            byColumns
                    .computeIfAbsent(body.rows().get(i).columns(), _ -> new ArrayList<>())
                    .add(i);
        }
        var steps = new ArrayList<Step>(byColumns.size());
        byColumns.forEach((columns, rows) -> steps.add(new Step(
                TableSql.statement(access.table(), new StatementShape.Insert(columns)),
                Tuple.of(array(rows.stream()
                        .map(body.rows()::get)
                        .map(RowBody.Row::json)
                        .toList())))));
        return session.query(access.app(), access.claims(), steps)
                .map(answers -> inserted(answers, byColumns.values(), body));
    }

    Uni<Buffer> update(Access access, String id, RowBody.Row row) {
        return run(access, new StatementShape.Update(row.columns()), Tuple.of(row.json(), key(access.table(), id)))
                .map(DataStore::onlyRow);
    }

    Uni<Buffer> updateWhere(Access access, Filters filters, RowBody.Row row) {
        var shape = new StatementShape.UpdateWhere(row.columns(), filters.conditions(), config.maxRows());
        Tuple parameters = Tuple.of(row.json());
        filters.values().forEach(parameters::addValue);
        return run(access, shape, parameters).map(rows -> {
            var images = new ArrayList<Buffer>(rows.size());
            rows.forEach(changed -> images.add(changed.getBuffer(0)));
            return joined(images);
        });
    }

    Uni<Void> delete(Access access, String id) {
        return run(access, new StatementShape.Delete(), Tuple.of(key(access.table(), id)))
                .map(deleted -> {
                    if (deleted.rowCount() == 0) {
                        throw rowNotFound();
                    }
                    return null;
                });
    }

    /** How many rows were deleted. */
    Uni<Integer> deleteWhere(Access access, Filters filters) {
        return run(access, new StatementShape.DeleteWhere(filters.conditions()), tuple(filters))
                .map(RowSet::rowCount);
    }

    private Uni<RowSet<Row>> run(Access access, StatementShape shape, Tuple parameters) {
        return session.query(access.app(), access.claims(), TableSql.statement(access.table(), shape), parameters);
    }

    private static String key(Table table, String id) {
        if (table.singleKey().isUuid() && !UUID.matcher(id).matches()) {
            throw new GheeException(ErrorCode.VALIDATION_INVALID_TYPE, "The id must be a UUID");
        }
        return id;
    }

    private static Tuple tuple(Filters filters) {
        Tuple parameters = Tuple.tuple();
        filters.values().forEach(parameters::addValue);
        return parameters;
    }

    private static Buffer onlyRow(RowSet<Row> rows) {
        var all = rows.iterator();
        if (!all.hasNext()) {
            throw rowNotFound();
        }
        return all.next().getBuffer(0);
    }

    private static Buffer inserted(List<RowSet<Row>> answers, Iterable<List<Integer>> positions, RowBody body) {
        var images = new Buffer[body.rows().size()];
        var answer = new ArrayDeque<>(answers);
        for (List<Integer> group : positions) {
            RowSet<Row> rows = answer.removeFirst();
            if (rows.size() != group.size()) {
                throw new GheeException(
                        ErrorCode.VALIDATION_CONSTRAINT_VIOLATION, "A trigger of the table kept some rows out");
            }
            int next = 0;
            for (Row row : rows) {
                images[group.get(next++)] = row.getBuffer(0);
            }
        }
        return body.array() ? joined(List.of(images)) : images[0];
    }

    private static Buffer joined(List<Buffer> objects) {
        Buffer array = Buffer.buffer("[");
        String separator = "";
        for (Buffer object : objects) {
            array.appendString(separator).appendBuffer(object);
            separator = ",";
        }
        return array.appendString("]");
    }

    private static String array(List<String> objects) {
        return "[" + String.join(",", objects) + "]";
    }

    private static GheeException rowNotFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "Row not found");
    }
}
