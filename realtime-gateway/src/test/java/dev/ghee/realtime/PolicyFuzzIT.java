package dev.ghee.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.contracts.AppState;
import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.pgoutput.WalMessage.Relation;
import dev.ghee.pgoutput.WalMessage.ReplicaIdentity;
import dev.ghee.pgoutput.value.TypeCatalog;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.CompiledJudge;
import dev.ghee.realtime.policy.SqlVisibilityJudge;
import dev.ghee.realtime.policy.Verdict;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Role;
import dev.ghee.realtime.subscription.Subscription;
import dev.ghee.realtime.subscription.Viewer;
import dev.ghee.testkit.StackResource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Three answers to who sees which row, for random policies: what is compiled, what the generated function in the database
 * says, and what a SELECT shows. They must be the same. Where evaluating fails, the compiled one may show less, never
 * more; where the SELECT fails, it must show nothing.
 *
 * <p>{@code -Dghee.fuzz.seed=…} repeats one table; {@code -Dghee.fuzz.minutes=10} runs long.
 */
@QuarkusTest
@WithTestResource(StackResource.class)
class PolicyFuzzIT extends AppIT {
    private static final Logger LOG = Logger.getLogger(PolicyFuzzIT.class);
    private static final Duration SHORT = Duration.ofSeconds(15);
    private static final long FIXED_SEED = 3;
    private static final int POLICY_SETS = 8;
    /** Mismatches to show at once. */
    private static final int ENOUGH = 10;

    private static final String A = RandomPolicies.UUID_A;
    private static final String CLAIMS =
            "{\"sub\":\"ada\",\"org\":\"o1\",\"n\":5,\"admin\":true,\"f\":1.5,\"list\":[1],\"none\":null,\"app\":{\"org\":\"o1\"}}";

    private static final List<Viewer> VIEWERS = List.of(
            user("ada", CLAIMS),
            user("bob", "{\"sub\":\"bob\",\"org\":5,\"n\":\"5\",\"admin\":\"yes\",\"app\":{\"org\":\"ada\"}}"),
            user("Ada", "{\"org\":\"\",\"n\":\" 5 \",\"admin\":\"off\"}"),
            user("ada ", "{\"org\":\"ada \",\"n\":2147483648}"),
            user("5", "{\"org\":null,\"n\":0}"),
            user("ünï😀", "{\"sub\":\"\\u00fcn\\u00ef\",\"org\":\"ünï😀\"}"),
            user("it's \"q\" \\ x", "{\"sub\":\"it's \\\"q\\\" \\\\ x\"}"),
            user(A, "{\"sub\":\"" + A + "\",\"org\":\"" + A.toUpperCase(java.util.Locale.ROOT) + "\"}"),
            user(A.toUpperCase(java.util.Locale.ROOT), "{\"org\":\"{" + A + "}\"}"),
            user("{" + A + "}", "{\"org\":\"" + A.replace("-", "") + "\"}"),
            user(A.replace("-", ""), "{\"org\":\" " + A + "\"}"),
            user(" " + A, "{}"),
            user("", "{}"),
            user("", CLAIMS),
            user("eve", ""),
            user("eve", "null"),
            user("eve", "{"),
            user("eve", "[\"sub\"]"),
            user("eve", "{\"org\":\"a\",\"org\":\"o1\",\"n\":-0,\"f\":1e2}"),
            user("o1", "{\"org\":{\"a\":1},\"n\":true,\"x\":\"\\u0000\"}"),
            Viewer.ANONYMOUS,
            new Viewer(Role.ANON, "ada", CLAIMS));

    /** How the judge came to its answer. */
    private record Path(boolean fellBack, boolean failed) {}

    /** @param failed whether a SELECT of all rows fails */
    private record Selected(Set<Integer> ids, boolean failed) {}

    @Inject
    AppConnections connections;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private long cases;
    private long sets;
    private long failing;
    private final List<String> mismatches = new ArrayList<>();

    private static Viewer user(String subject, String claims) {
        return new Viewer(Role.USER, subject, claims);
    }

    @Test
    void compiledPoliciesShowWhatTheDatabaseShows() throws Exception {
        app.sql(RandomPolicies.types().toArray(String[]::new));
        String only = System.getProperty("ghee.fuzz.seed");
        if (only != null) {
            table(Long.parseLong(only));
        } else {
            int minutes = Integer.getInteger("ghee.fuzz.minutes", 0);
            long end = System.nanoTime() + (minutes == 0 ? SHORT : Duration.ofMinutes(minutes)).toNanos();
            table(FIXED_SEED);
            for (long seed = Long.getLong("ghee.test.seed", System.nanoTime());
                    System.nanoTime() < end && mismatches.size() < ENOUGH;
                    seed++) {
                table(seed);
            }
        }
        double compiled = count("compiled");
        LOG.infof(
                "Policies fuzzed: sets=%d cases=%d compiled=%.0f%% failing=%d",
                sets, cases, 100 * compiled / (compiled + count("fallback")), failing);
        assertThat(mismatches.stream().limit(ENOUGH)).isEmpty();
        assertThat(compiled).isPositive();
    }

    private double count(String path) {
        return metrics.counter("ghee.realtime.judged", "path", path).count();
    }

    /** One table, with several sets of policies in turn. */
    private void table(long seed) throws SQLException {
        var made = new RandomPolicies(new Random(seed));
        List<String> history = new ArrayList<>();
        try (Connection owner = app.owner();
                Statement statement = owner.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("SET extra_float_digits = 1");
            run(statement, made.tables(), history);
            Table table = describe(statement);
            List<RowImage> images = images(statement, table);
            for (int i = 0; i < POLICY_SETS; i++) {
                List<String> set = new ArrayList<>();
                run(statement, made.access(), set);
                run(statement, made.policies(), set);
                compare(owner, table, images, "seed=" + seed + " " + history.subList(0, 4) + " " + set);
                sets++;
            }
        }
    }

    /** Not every policy that is made is one that Postgres takes. */
    private static void run(Statement statement, List<String> statements, List<String> done) throws SQLException {
        for (String sql : statements) {
            try {
                statement.execute(sql);
                done.add(sql);
            } catch (SQLException e) {
                if (!sql.startsWith("CREATE POLICY")) {
                    throw new SQLException(sql, e.getSQLState(), e);
                }
            }
        }
    }

    private void compare(Connection owner, Table table, List<RowImage> images, String described) throws SQLException {
        try (var relations = new SelectedRelations(owner);
                var compiling = new CompiledJudge(connections, relations, metrics);
                var asking = new SqlVisibilityJudge(connections, new SimpleMeterRegistry())) {
            Groups groups = groups(VIEWERS);
            AppState state = app.state();
            Verdict compiled = compiling.judge(state, table, images, groups);
            Verdict asked = asking.judge(state, table, images, groups);
            for (int viewer = 0; viewer < VIEWERS.size(); viewer++) {
                Viewer who = VIEWERS.get(viewer);
                Set<Integer> seen = of(compiled, viewer, images.size());
                Set<Integer> bySql = of(asked, viewer, images.size());
                Selected selected = selected(owner, who);
                cases += images.size();
                if (seen.equals(bySql) && seen.equals(selected.ids())) {
                    continue;
                }
                Path path = path(compiling, table, images, who);
                failing += path.failed() ? images.size() : 0;
                if (!isRight(path, seen, bySql, selected)) {
                    mismatches.add(
                            described + " viewer=" + viewer + " " + who.subject() + " " + who.claims() + "\n  compiled="
                                    + seen + "\n  function=" + bySql + "\n  SELECT=" + selected + "\n  " + path);
                }
            }
        }
    }

    private static boolean isRight(Path path, Set<Integer> seen, Set<Integer> bySql, Selected selected) {
        if (path.fellBack()) {
            // The function decides row by row; a SELECT may fail for all while it is planned.
            return seen.equals(bySql) && (seen.equals(selected.ids()) || selected.failed());
        }
        return path.failed()
                ? selected.ids().containsAll(seen) && bySql.containsAll(seen)
                : seen.equals(selected.ids()) && seen.equals(bySql);
    }

    private Path path(CompiledJudge judge, Table table, List<RowImage> images, Viewer viewer) throws SQLException {
        double failures = metrics.counter("ghee.realtime.judge.failures").count();
        double fallback = count("fallback");
        judge.judge(app.state(), table, images, groups(List.of(viewer)));
        return new Path(
                count("fallback") > fallback,
                metrics.counter("ghee.realtime.judge.failures").count() > failures);
    }

    private static Groups groups(List<Viewer> viewers) {
        return new Groups(
                viewers, viewers.stream().map(_ -> List.<Subscription>of()).toList());
    }

    private static Set<Integer> of(Verdict verdict, int viewer, int images) {
        return IntStream.range(0, images)
                .filter(image -> Arrays.binarySearch(verdict.seen(image), viewer) >= 0)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Table describe(Statement statement) throws SQLException {
        List<Column> columns = new ArrayList<>();
        int oid = 0;
        try (ResultSet rows = statement.executeQuery("SELECT attrelid, attname, atttypid, atttypmod FROM pg_attribute"
                + " WHERE attrelid = 't'::regclass AND attnum > 0 AND attgenerated = '' ORDER BY attnum")) {
            while (rows.next()) {
                oid = (int) rows.getLong(1);
                columns.add(new Column(rows.getString(2), (int) rows.getLong(3), rows.getInt(4), true));
            }
        }
        return new Table(
                new Relation(oid, "public", "t", ReplicaIdentity.FULL, columns), TypeCatalog.builtin(), Set.of("id"));
    }

    private static List<RowImage> images(Statement statement, Table table) throws SQLException {
        List<RowImage> images = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT * FROM t ORDER BY id")) {
            while (rows.next()) {
                List<@Nullable String> texts = new ArrayList<>();
                for (int i = 1; i <= table.relation().columns().size(); i++) {
                    texts.add(rows.getString(i));
                }
                images.add(RowImage.ofTexts(table, texts));
            }
        }
        return images;
    }

    /** By Postgres' own row-level security; row by row when a SELECT of all fails. */
    private static Selected selected(Connection owner, Viewer viewer) throws SQLException {
        owner.setAutoCommit(false);
        try (Statement statement = owner.createStatement();
                var settings = owner.prepareStatement(
                        "SELECT set_config('role', ?, true), set_config('app.role', ?, true),"
                                + " set_config('request.jwt.claim.sub', ?, true), set_config('request.jwt.claims', ?, true)")) {
            settings.setString(1, viewer.role().database());
            settings.setString(2, viewer.role().database());
            settings.setString(3, viewer.subject());
            settings.setString(4, viewer.claims());
            settings.execute();
            statement.execute("SAVEPOINT s");
            try {
                return new Selected(ids(statement, "SELECT id FROM t"), false);
            } catch (SQLException e) {
                statement.execute("ROLLBACK TO s");
                return new Selected(ids(statement, "SELECT public.one_by_one()"), true);
            }
        } finally {
            owner.rollback();
            owner.setAutoCommit(true);
        }
    }

    private static Set<Integer> ids(Statement statement, String query) throws SQLException {
        Set<Integer> ids = new TreeSet<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }
}
