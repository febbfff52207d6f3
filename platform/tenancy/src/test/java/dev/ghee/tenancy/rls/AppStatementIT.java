package dev.ghee.tenancy.rls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Statements of an app's own: under their role, bounded, and alone or in a transaction that is held. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AppStatementIT {
    private static final DbClaims ANN = DbClaims.user("ann", "{\"sub\":\"ann\"}");
    private static final DbClaims BOB = DbClaims.user("bob", "{\"sub\":\"bob\"}");
    private static final String NOTES = "SELECT owner FROM public.notes ORDER BY id";
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int FEW = 3;

    private TestPools pools;

    @BeforeAll
    void database() throws Exception {
        pools = TestPools.create();
        pools.execute(
                "CREATE TABLE notes (id int PRIMARY KEY, owner text)",
                "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON notes TO butterbase_user USING (owner = current_user_id())",
                "CREATE POLICY service ON notes TO butterbase_service USING (true)");
        // The first connection of a JVM takes longer than anybody waits for one here.
        await(pools.session().run(pools.app(), ANN, statement("SELECT 1")).otherwiseEmpty());
    }

    @BeforeEach
    void rows() throws Exception {
        pools.execute("TRUNCATE notes", "INSERT INTO notes VALUES (1, 'ann'), (2, 'bob')");
    }

    @AfterAll
    void close() throws Exception {
        pools.close();
    }

    @Test
    void runsUnderTheRoleOfItsClaims() {
        assertThat(query(ANN, NOTES)).containsExactly("ann");
        assertThat(query(BOB, NOTES + " -- ends with a comment")).containsExactly("bob");
        assertThat(query(DbClaims.service(), NOTES)).containsExactly("ann", "bob");
    }

    @Test
    void whatOneStatementDoesToTheSessionReachesNoOther() {
        for (String trap : List.of(
                "SELECT set_config('role', 'butterbase_service', false)",
                "SELECT set_config('request.jwt.claim.sub', 'ann', false)",
                "SET ROLE butterbase_service",
                "COMMIT",
                "DO $$ BEGIN PERFORM set_config('role', 'butterbase_service', false); END $$")) {
            query(ANN, trap);
            assertThat(query(BOB, NOTES)).as(trap).containsExactly("bob");
        }
    }

    @Test
    void secondStatementInOneTextIsRefused() {
        assertThatThrownBy(() -> query(ANN, "SELECT 1; SELECT 2"))
                .satisfies(e -> assertThat(state(e)).isEqualTo("42601"));
    }

    @Test
    void tooManyRowsEndTheStatementAndTheConnectionIsReplaced() {
        assertThatThrownBy(() -> query(ANN, "SELECT n::text FROM generate_series(1, 100000) n"))
                .hasRootCauseInstanceOf(RowsRefusedException.class);
        assertThat(query(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aCommittedTransactionStaysAndOneUndoneDoesNot() {
        RlsTransaction kept = begin(DbClaims.service());
        in(kept, "UPDATE public.notes SET owner = 'eve' WHERE id = 1");
        assertThat(in(kept, NOTES)).containsExactly("eve", "bob");
        await(kept.commit());
        assertThat(query(DbClaims.service(), NOTES)).containsExactly("eve", "bob");
        RlsTransaction undone = begin(DbClaims.service());
        in(undone, "DELETE FROM public.notes");
        undone.rollback();
        assertThat(query(DbClaims.service(), NOTES)).containsExactly("eve", "bob");
    }

    @Test
    void aRoleThatOneStatementSwitchedToIsGoneForTheNext() {
        RlsTransaction held = begin(BOB);
        in(held, "SET ROLE butterbase_service");
        assertThat(in(held, NOTES)).containsExactly("bob");
        in(held, "SELECT set_config('request.jwt.claim.sub', 'ann', true)");
        assertThat(in(held, NOTES)).containsExactly("bob");
        held.rollback();
    }

    @Test
    void aTransactionWhoseStatementFailedCannotBeCommitted() {
        RlsTransaction failed = begin(DbClaims.service());
        in(failed, "DELETE FROM public.notes");
        assertThatThrownBy(() -> in(failed, "SELECT 1 / 0"))
                .satisfies(e -> assertThat(state(e)).isEqualTo("22012"));
        assertThatThrownBy(() -> await(failed.commit()))
                .satisfies(e -> assertThat(state(e)).isEqualTo("25P02"));
        assertThat(query(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aTransactionEndsWithItsTimeThoughItsStatementRunsOn() {
        RlsTransaction slow = await(pools.session().begin(pools.app(), DbClaims.service(), Duration.ofMillis(300)));
        in(slow, "DELETE FROM public.notes");
        assertThatThrownBy(() -> in(slow, "SELECT pg_sleep(0.6)"));
        await(slow.ended());
        assertThatThrownBy(() -> await(slow.commit())).hasRootCauseInstanceOf(ClosedConnectionException.class);
        assertThat(query(BOB, NOTES)).containsExactly("bob");
    }

    private RlsTransaction begin(DbClaims claims) {
        return await(pools.session().begin(pools.app(), claims, LONG));
    }

    private List<String> query(DbClaims claims, String sql) {
        return await(pools.session().run(pools.app(), claims, statement(sql))).rows().texts;
    }

    private static List<String> in(RlsTransaction transaction, String sql) {
        return await(transaction.run(statement(sql))).rows().texts;
    }

    private static AppStatement<Texts> statement(String sql) {
        return new AppStatement<>(sql, Tuple.tuple(), Texts::new);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private static String state(Throwable e) {
        return e instanceof CompletionException wrapped && wrapped.getCause() instanceof PgException pg
                ? pg.getSqlState()
                : e.toString();
    }

    /** The first column as text, of a few rows at most. */
    private static final class Texts implements AppStatement.RowSink {
        private final List<String> texts = new ArrayList<>();

        @Override
        public boolean accept(Row row) {
            texts.add(String.valueOf(row.getValue(0)));
            return texts.size() <= FEW;
        }
    }
}
