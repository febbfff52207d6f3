package dev.ghee.control.kv;

import dev.ghee.contracts.AppState;
import dev.ghee.control.kv.ExposeRule.Role;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.rls.AppPools;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The rules of apps, in their databases. Fails with 503 {@code EXTERNAL_DB_ERROR} when the database does not answer. */
@ApplicationScoped
class ExposeStore {
    static final int MAX_RULES = 200;

    private static final String LIST = """
            SELECT pattern, read_role, write_role, position FROM ghee.kv_expose_rules ORDER BY position, pattern""";
    private static final String CLEAR = "DELETE FROM ghee.kv_expose_rules";
    private static final String INSERT_ALL = """
            INSERT INTO ghee.kv_expose_rules (pattern, read_role, write_role, position)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[])""";
    // Takes turns with whoever adds a rule at the same moment, so that neither order nor number of rules is off.
    private static final String LOCK = "LOCK TABLE ghee.kv_expose_rules IN SHARE ROW EXCLUSIVE MODE";
    private static final String INSERT = """
            INSERT INTO ghee.kv_expose_rules (pattern, read_role, write_role, position)
            SELECT $1, $2, $3, coalesce(max(position) + 1, 0) FROM ghee.kv_expose_rules
            HAVING count(*) < $4 OR bool_or(pattern = $1)
            ON CONFLICT (pattern) DO UPDATE SET pattern = excluded.pattern
            RETURNING pattern, read_role, write_role, position""";
    private static final String DELETE = "DELETE FROM ghee.kv_expose_rules WHERE pattern = $1";

    private final AppPools pools;

    ExposeStore(AppPools pools) {
        this.pools = pools;
    }

    Future<List<ExposeRule>> list(AppState app) {
        return withOwner(
                app,
                connection -> connection
                        .preparedQuery(LIST)
                        .execute()
                        .map(rows -> rows.stream().map(ExposeStore::rule).toList()));
    }

    /** Puts these in the place of all others. */
    Future<Void> replace(AppState app, List<ExposeRule> rules) {
        String[] patterns = rules.stream().map(rule -> rule.pattern().text()).toArray(String[]::new);
        String[] reads = rules.stream().map(rule -> rule.read().wireName()).toArray(String[]::new);
        String[] writes = rules.stream().map(rule -> rule.write().wireName()).toArray(String[]::new);
        Integer[] positions = rules.stream().map(ExposeRule::order).toArray(Integer[]::new);
        return inTransaction(
                app,
                connection -> connection
                        .query(LOCK)
                        .execute()
                        .compose(_ -> connection.query(CLEAR).execute())
                        .compose(_ -> connection
                                .preparedQuery(INSERT_ALL)
                                .execute(Tuple.of(patterns, reads, writes, positions)))
                        .mapEmpty());
    }

    /** The rule of this pattern as it is now; another one than the given if there was one. Empty when there are too many. */
    Future<Optional<ExposeRule>> insert(AppState app, ExposeRule rule) {
        return inTransaction(
                app,
                connection -> connection
                        .query(LOCK)
                        .execute()
                        .compose(_ -> connection
                                .preparedQuery(INSERT)
                                .execute(Tuple.of(
                                        rule.pattern().text(),
                                        rule.read().wireName(),
                                        rule.write().wireName(),
                                        MAX_RULES)))
                        .map(rows -> rows.stream().map(ExposeStore::rule).findFirst()));
    }

    /** How many were deleted. */
    Future<Integer> delete(AppState app, String pattern) {
        return withOwner(
                app,
                connection -> connection
                        .preparedQuery(DELETE)
                        .execute(Tuple.of(pattern))
                        .map(rows -> rows.rowCount()));
    }

    private static ExposeRule rule(Row row) {
        return new ExposeRule(
                ExposePattern.parse(row.getString(0)),
                Role.of(row.getString(1)),
                Role.of(row.getString(2)),
                row.getInteger(3));
    }

    private <T> Future<T> inTransaction(AppState app, Function<SqlConnection, Future<T>> work) {
        return withOwner(
                app,
                connection -> connection
                        .begin()
                        .compose(transaction -> work.apply(connection)
                                .compose(done -> transaction.commit().map(done))
                                .recover(failure -> undone(transaction, failure))));
    }

    private static <T> Future<T> undone(Transaction transaction, Throwable failure) {
        return transaction.rollback().otherwiseEmpty().compose(_ -> Future.failedFuture(failure));
    }

    private <T> Future<T> withOwner(AppState app, Function<SqlConnection, Future<T>> work) {
        Promise<T> result = Promise.promise();
        pools.withOwner(app, work).subscribe().with(result::complete, failure -> result.fail(translated(failure)));
        return result.future();
    }

    private static Throwable translated(Throwable failure) {
        return failure instanceof GheeException
                ? failure
                : new GheeException(ErrorCode.EXTERNAL_DB_ERROR, "The app's database did not answer", failure)
                        .withStatus(503)
                        .withHeader("Retry-After", "1");
    }

    /** A list with its places as order. */
    static List<ExposeRule> inOrder(List<ExposeRule> rules) {
        var ordered = new ArrayList<ExposeRule>(rules.size());
        for (ExposeRule rule : rules) {
            ordered.add(new ExposeRule(rule.pattern(), rule.read(), rule.write(), ordered.size()));
        }
        return ordered;
    }
}
