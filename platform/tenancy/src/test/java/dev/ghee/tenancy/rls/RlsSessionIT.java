package dev.ghee.tenancy.rls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Reliability case 19: whatever one request does to a pooled connection, the next user sees only its own rows. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RlsSessionIT {
    private static final DbClaims ANN = DbClaims.user("ann", "{\"sub\":\"ann\"}");
    private static final DbClaims BOB = DbClaims.user("bob", "{\"sub\":\"bob\"}");
    private static final String NOTES = "SELECT owner FROM public.notes ORDER BY id";

    private TestPools pools;

    @BeforeAll
    void database() throws Exception {
        pools = TestPools.create();
        pools.execute(
                "CREATE TABLE notes (id int PRIMARY KEY, owner text)",
                "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON notes TO butterbase_user USING (owner = current_user_id())",
                "CREATE POLICY service ON notes TO butterbase_service USING (true)",
                "CREATE TABLE traps (what text)",
                """
                CREATE FUNCTION spring() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN EXECUTE NEW.what; RETURN NULL; END $$""",
                "CREATE TRIGGER spring BEFORE INSERT ON traps FOR EACH ROW EXECUTE FUNCTION spring()",
                "CREATE SCHEMA evil",
                "GRANT USAGE ON SCHEMA evil TO butterbase_user",
                "CREATE FUNCTION evil.current_user_id() RETURNS text LANGUAGE sql AS $$ SELECT 'ann' $$");
    }

    @BeforeEach
    void rows() throws SQLException {
        pools.execute("TRUNCATE notes", "INSERT INTO notes VALUES (1, 'ann'), (2, 'bob')");
    }

    @AfterAll
    void close() throws Exception {
        pools.close();
    }

    @Test
    void aUserSeesItsOwnRows() {
        assertThat(pools.read(ANN, NOTES)).containsExactly("ann");
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
        assertThat(pools.read(DbClaims.service(), NOTES)).containsExactly("ann", "bob");
    }

    @Test
    void everyClaimIsSetInEachTransactionAndGoneAfterIt() {
        String claims = "SELECT current_setting('role') || '|' || current_setting('app.role') || '|'"
                + " || current_setting('request.jwt.claim.sub') || '|' || current_setting('request.jwt.claims')";
        assertThat(pools.read(ANN, claims)).containsExactly("butterbase_user|butterbase_user|ann|{\"sub\":\"ann\"}");
        assertThat(pools.read(DbClaims.anonymous(), claims)).containsExactly("butterbase_anon|butterbase_anon||{}");
        assertThat(pools.read(DbClaims.service(), claims)).containsExactly("butterbase_service|butterbase_service||{}");
    }

    @Test
    void settingsThatUserCodeLeavesOnTheSessionDoNotReachTheNextUser() {
        for (String trap : List.of(
                "SELECT set_config('request.jwt.claim.sub', 'ann', false)",
                "SELECT set_config('request.jwt.claims', '{\"sub\":\"ann\"}', false)",
                "SELECT set_config('role', 'butterbase_service', false)",
                "SET ROLE butterbase_service",
                "RESET ROLE",
                "SET SESSION ROLE butterbase_service",
                "SELECT set_config('search_path', 'evil, public', false)",
                "SELECT set_config('row_security', 'off', false)",
                "SET default_transaction_read_only = on",
                "DEALLOCATE ALL",
                "SELECT set_config('app.role', 'butterbase_service', false)")) {
            spring(ANN, trap);
            assertThat(pools.read(BOB, NOTES)).as(trap).containsExactly("bob");
            assertThat(pools.read(BOB, "SELECT coalesce(current_user_id(), '')"))
                    .as(trap)
                    .containsExactly("bob");
            assertThat(pools.read(BOB, "SELECT current_setting('app.role')"))
                    .as(trap)
                    .containsExactly("butterbase_user");
        }
    }

    @Test
    void userCodeThatDropsItsRoleHasNoRightsLeft() {
        assertThatThrownBy(() -> spring(ANN, "RESET ROLE; CREATE TABLE public.loot AS SELECT * FROM public.notes"))
                .isInstanceOf(PgException.class);
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aFailedTransactionLeavesNothingBehind() throws SQLException {
        pools.execute("CREATE TABLE IF NOT EXISTS once (id int PRIMARY KEY)", "TRUNCATE once");
        var both = List.of(
                new RlsSession.Step(RlsStatement.writes("INSERT INTO public.once VALUES (1)"), Tuple.tuple()),
                new RlsSession.Step(RlsStatement.writes("INSERT INTO public.once VALUES (1)"), Tuple.tuple()));
        assertThatThrownBy(() ->
                        pools.session().query(pools.app(), ANN, both).await().atMost(Duration.ofSeconds(20)))
                .isInstanceOfSatisfying(
                        PgException.class, e -> assertThat(e.getSqlState()).isEqualTo("23505"));
        assertThat(pools.read(BOB, "SELECT id FROM public.once")).isEmpty();
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aFailureAtCommitIsAFailure() throws SQLException {
        pools.execute(
                "CREATE TABLE IF NOT EXISTS parents (id int PRIMARY KEY)",
                "CREATE TABLE IF NOT EXISTS children (parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED)");
        assertThatThrownBy(() -> pools.run(ANN, RlsStatement.writes("INSERT INTO public.children VALUES (7)")))
                .isInstanceOfSatisfying(
                        PgException.class, e -> assertThat(e.getSqlState()).isEqualTo("23503"));
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aStatementThatRunsTooLongIsCancelledAndTheConnectionServesOn() {
        assertThatThrownBy(() -> pools.read(ANN, "SELECT pg_sleep(10)"))
                .isInstanceOfSatisfying(
                        PgException.class, e -> assertThat(e.getSqlState()).isEqualTo("57014"));
        spring(ANN, "SELECT set_config('statement_timeout', '0', false)");
        assertThatThrownBy(() -> pools.read(BOB, "SELECT pg_sleep(10)")).isInstanceOf(PgException.class);
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aPlanThatATableChangeMadeStaleIsReplacedUnseen() throws SQLException {
        pools.execute("CREATE TABLE IF NOT EXISTS growing (a int)", "INSERT INTO growing VALUES (1)");
        assertThat(pools.read(ANN, "SELECT * FROM public.growing")).containsExactly("1");
        pools.execute("ALTER TABLE growing ALTER COLUMN a TYPE text USING 'now ' || a");
        assertThat(pools.read(ANN, "SELECT * FROM public.growing")).containsExactly("now 1");
    }

    @Test
    void aCutConnectionIsReplacedUnseenByReads() throws Exception {
        assertThat(pools.read(ANN, NOTES)).containsExactly("ann");
        pools.recorder().cut();
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aServerThatStopsAnsweringCostsItsRequestButNotTheConnectionsPlace() {
        pools.read(ANN, NOTES);
        pools.recorder().freeze();
        var write = RlsStatement.writes("INSERT INTO public.traps VALUES ('SELECT 1')");
        assertThatThrownBy(() -> pools.run(ANN, write)).isNotInstanceOf(PgException.class);
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void aPreparedRequestIsOneFlight() {
        pools.read(ANN, NOTES);
        int before = pools.recorder().flights();
        for (int i = 0; i < 10; i++) {
            pools.read(ANN, NOTES);
        }
        assertThat(pools.recorder().flights() - before).isEqualTo(10);
    }

    @Test
    void whoeverFindsNoConnectionInTimeIsToldToComeBack() {
        var slow = RlsStatement.reads("SELECT pg_sleep(0.65)");
        List<CompletableFuture<Object>> all = IntStream.range(0, 1 + TestPools.MAX_WAITING + 1)
                .mapToObj(_ -> pools.session()
                        .query(pools.app(), ANN, slow, Tuple.tuple())
                        .map(Object.class::cast)
                        .onFailure()
                        .recoverWithItem(failure -> failure)
                        .subscribeAsCompletionStage())
                .toList();
        List<Object> outcomes = all.stream().map(CompletableFuture::join).toList();
        assertThat(outcomes)
                .filteredOn(GheeException.class::isInstance)
                .isNotEmpty()
                .allSatisfy(failure -> {
                    var busy = (GheeException) failure;
                    assertThat(busy.code()).isEqualTo(ErrorCode.EXTERNAL_DB_BUSY);
                    assertThat(busy.headers()).containsKey("Retry-After");
                });
        assertThat(outcomes)
                .filteredOn(outcome -> !(outcome instanceof GheeException))
                .isNotEmpty();
        assertThat(pools.read(BOB, NOTES)).containsExactly("bob");
    }

    @Test
    void platformWorkIgnoresRowLevelSecurity() {
        var rows = pools.pools()
                .withOwner(pools.app(), connection -> connection.query(NOTES).execute())
                .await()
                .atMost(Duration.ofSeconds(20));
        assertThat(TestPools.texts(rows)).containsExactly("ann", "bob");
    }

    private void spring(DbClaims claims, String trap) {
        pools.session()
                .query(
                        pools.app(),
                        claims,
                        RlsStatement.writes("INSERT INTO public.traps VALUES ($1::text)"),
                        Tuple.of(trap))
                .await()
                .atMost(Duration.ofSeconds(20));
    }
}
