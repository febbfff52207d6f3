package dev.ghee.tenancy.rls;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlResult;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** An {@link AppStatement} on its way through a lane. */
final class SentStatement<S extends AppStatement.RowSink> {
    private final Lane lane;
    private final AtomicBoolean refused = new AtomicBoolean();

    SentStatement(Lane lane) {
        this.lane = lane;
    }

    Future<AppStatement.Outcome<S>> send(SqlClient client, AppStatement<S> statement, DbRole role) {
        Collector<Row, S, S> collector = Collector.of(statement.rows(), this::accept, (first, _) -> first);
        return client.preparedQuery(statement.textFor(role))
                .collecting(collector)
                .execute(statement.parameters())
                .map(result -> new AppStatement.Outcome<>(result.value(), result.rowCount(), columns(result)))
                .recover(failure -> Future.failedFuture(refused.get() ? new RowsRefusedException() : failure));
    }

    private void accept(S sink, Row row) {
        if (!sink.accept(row)) {
            if (refused.compareAndSet(false, true)) {
                lane.cut();
            }
            throw new RowsRefusedException();
        }
    }

    private static List<String> columns(SqlResult<?> result) {
        @Nullable List<String> names = result.columnsNames();
        return names == null ? List.of() : names;
    }
}
