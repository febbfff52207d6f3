package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.access.TableAccess.Rule;
import dev.ghee.realtime.policy.compiler.RuleEvaluator;
import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.policy.relation.RelationNeed;
import dev.ghee.realtime.policy.relation.Relations;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Role;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Judges in memory where a role's policies on a table are compiled, and asks Postgres where they are not, or while a
 * relation that they need is not known.
 *
 * <p>What was compiled is compared with the catalogue after every part that says that access changed, and every five
 * seconds in case one did not; at every call where the database does not announce such changes.
 */
public final class CompiledJudge implements VisibilityJudge {
    private static final Logger LOG = Logger.getLogger(CompiledJudge.class);
    private static final long VERIFY_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int[] NOBODY = {};

    private final JudgeConnection connection;
    private final SqlVisibilityJudge sql;
    private final Relations relations;
    private final Counter judged;
    private final Counter denied;
    private final Map<Integer, Known> known = new HashMap<>();
    private Map<Integer, RelationNeed> told = Map.of();

    /** When a table's rules were last compared with the catalogue. */
    private record Known(TableRules rules, long verifiedNanos) {}

    /** @param relations of the app; closed with the judge */
    public CompiledJudge(AppConnections connections, Relations relations, MeterRegistry metrics) {
        this.connection = new JudgeConnection(connections);
        this.sql = new SqlVisibilityJudge(connections, connection, metrics);
        this.relations = relations;
        this.judged = metrics.counter("ghee.realtime.judged", "path", "compiled");
        this.denied = metrics.counter("ghee.realtime.judge.failures");
    }

    @Override
    public boolean concerns(TransactionPart part) {
        return part.accessChanged() || relations.concerns(part);
    }

    @Override
    public void observe(AppState app, TransactionPart part) {
        if (part.accessChanged()) {
            forget();
        }
        relations.observe(part);
    }

    @Override
    public void reset() {
        forget();
        relations.reset();
        sql.reset();
    }

    @Override
    public Verdict judge(AppState app, Table table, List<RowImage> images, Groups groups) throws SQLException {
        Optional<TableRules> rules;
        try {
            rules = rules(app, table.relation().oid());
        } catch (SQLException e) {
            if (JudgeConnection.isPassing(e)) {
                connection.close();
                throw e;
            }
            LOG.errorf(
                    e,
                    "A table's policies cannot be read: app=%s table=%d",
                    app.appId(),
                    table.relation().oid());
            return sql.judge(app, table, images, groups);
        }
        return rules.isEmpty()
                ? new Verdict.Denied("the table is gone")
                : new Question(app, table, rules.get(), images, groups).answer();
    }

    @Override
    public void close() {
        sql.close();
        relations.close();
    }

    private void forget() {
        known.replaceAll((_, table) -> new Known(table.rules(), System.nanoTime() - VERIFY_NANOS));
    }

    private Optional<TableRules> rules(AppState app, int oid) throws SQLException {
        Known table = known.get(oid);
        if (table != null) {
            boolean recent = table.rules().access().definition().announced()
                    && System.nanoTime() - table.verifiedNanos() < VERIFY_NANOS;
            if (recent) {
                return Optional.of(table.rules());
            }
        }
        long now = System.nanoTime();
        Connection open = connection.open(app);
        if (table != null && TableAccessStore.areCurrent(open, table.rules().sources())) {
            known.put(oid, new Known(table.rules(), now));
            return Optional.of(table.rules());
        }
        Optional<TableRules> read = TableRules.read(open, oid);
        known.remove(oid);
        read.ifPresent(rules -> {
            if (table != null) {
                // At once, so that a relation that is still needed is not let go and read again.
                rules.triedAs(table.rules());
            }
            known.put(oid, new Known(rules, now));
        });
        tellNeeds();
        return read;
    }

    private Optional<RuleEvaluator> evaluator(TableRules rules, Role role) {
        boolean isNew = !rules.hasTried(role);
        Optional<RuleEvaluator> evaluator = rules.evaluator(role);
        if (isNew) {
            tellNeeds();
        }
        return evaluator;
    }

    private void tellNeeds() {
        Map<Integer, RelationNeed> needs = new HashMap<>();
        known.values().stream()
                .flatMap(table -> table.rules().needs().stream())
                .forEach(need -> needs.merge(need.oid(), need, RelationNeed::with));
        if (!needs.equals(told)) {
            relations.need(needs.values());
            told = needs;
        }
    }

    /** One batch of images of one table. */
    private final class Question {
        private final AppState app;
        private final Table table;
        private final TableRules rules;
        private final List<RowImage> images;
        private final Groups groups;
        private final Map<Role, Set<String>> columns = new EnumMap<>(Role.class);
        private final Set<Role> asked = new HashSet<>();
        /** By image. */
        private final int[][] seen;

        Question(AppState app, Table table, TableRules rules, List<RowImage> images, Groups groups) {
            this.app = app;
            this.table = table;
            this.rules = rules;
            this.images = images;
            this.groups = groups;
            this.seen = new int[images.size()][];
            Arrays.fill(seen, NOBODY);
        }

        Verdict answer() throws SQLException {
            for (Role role : Role.values()) {
                int[] viewers = groups.ofRole(role);
                if (viewers.length > 0) {
                    answer(role, viewers);
                }
            }
            if (!asked.isEmpty()) {
                Verdict verdict = sql.judge(app, table, images, groups, asked);
                asked.forEach(role -> columns.put(role, verdict.columns(role)));
                for (int i = 0; i < seen.length; i++) {
                    seen[i] = merged(seen[i], verdict.seen(i));
                }
            }
            return new Verdict.Judged(columns, List.of(seen));
        }

        private void answer(Role role, int[] viewers) {
            columns.put(role, rules.readable(role));
            switch (rules.ruleFor(role, app.strictRls())) {
                case Rule.Nobody _ -> columns.put(role, Set.of());
                case Rule.Everybody _ -> {
                    for (int i = 0; i < seen.length; i++) {
                        seen[i] = merged(seen[i], viewers);
                    }
                }
                case Rule.Condition(var _, List<String> needed) -> {
                    if (needed.stream().anyMatch(column -> indexOf(column) < 0)) {
                        // The image lacks what the policy reads: a generated column, or one that came since.
                        denied.increment();
                        columns.put(role, Set.of());
                    } else if (!evaluate(role, viewers.length)) {
                        asked.add(role);
                    }
                }
            }
        }

        /** False when the database has to be asked. */
        private boolean evaluate(Role role, int viewers) {
            Optional<RuleEvaluator> evaluator = evaluator(rules, role);
            if (evaluator.isEmpty()) {
                return false;
            }
            int[] sources = sources(evaluator.get().rule().columns());
            Map<Integer, Relation> bound = bound(evaluator.get().rule().needs());
            if (sources == null || bound == null) {
                return false;
            }
            for (int i = 0; i < seen.length; i++) {
                List<@Nullable String> texts = images.get(i).texts();
                @Nullable String[] row = new String[sources.length];
                for (int column = 0; column < sources.length; column++) {
                    row[column] = texts.get(sources[column]);
                }
                seen[i] = merged(seen[i], evaluator.get().seen(Arrays.asList(row), groups, bound));
            }
            judged.increment((double) viewers * seen.length);
            denied.increment(evaluator.get().takeFailures());
            return true;
        }

        /** Where the rule's columns stand in an image; null when one has another type by now than it had then. */
        private int @Nullable [] sources(List<String> names) {
            int[] sources = new int[names.size()];
            for (int i = 0; i < sources.length; i++) {
                String name = names.get(i);
                sources[i] = indexOf(name);
                if (sources[i] < 0) {
                    return null;
                }
                int type = table.relation().columns().get(sources[i]).typeOid();
                if (rules.access()
                        .column(name)
                        .filter(column -> (int) column.type() == type)
                        .isEmpty()) {
                    return null;
                }
            }
            return sources;
        }

        private int indexOf(String column) {
            var columns = table.relation().columns();
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).name().equals(column)) {
                    return i;
                }
            }
            return -1;
        }

        /** Null while one is not known. */
        private @Nullable Map<Integer, Relation> bound(Set<RelationNeed> needs) {
            Map<Integer, Relation> bound = new HashMap<>();
            for (RelationNeed need : needs) {
                Optional<Relation> relation = relations.current(need.oid());
                if (relation.isEmpty()) {
                    return null;
                }
                bound.put(need.oid(), relation.get());
            }
            return bound;
        }
    }

    /** Two ascending lists without common elements, as one. */
    private static int[] merged(int[] some, int[] others) {
        if (some.length == 0 || others.length == 0) {
            return some.length == 0 ? others : some;
        }
        int[] all = Arrays.copyOf(some, some.length + others.length);
        System.arraycopy(others, 0, all, some.length, others.length);
        Arrays.sort(all);
        return all;
    }
}
