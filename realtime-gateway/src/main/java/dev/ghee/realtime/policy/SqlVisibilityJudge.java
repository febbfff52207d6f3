package dev.ghee.realtime.policy;

import dev.ghee.contracts.AppState;
import dev.ghee.realtime.change.RowImage;
import dev.ghee.realtime.change.Table;
import dev.ghee.realtime.change.TransactionPart;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Rule;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Role;
import dev.ghee.realtime.subscription.Viewer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Asks Postgres, on one connection: one statement judges all images of a table for all viewers, see
 * {@link JudgeFunction}. A policy that fails for somebody is evaluated again image by image, and denies where it fails.
 */
public final class SqlVisibilityJudge implements VisibilityJudge {
    private static final Logger LOG = Logger.getLogger(SqlVisibilityJudge.class);

    private static final int ATTEMPTS = 5;
    private static final int OUTDATED = -1;
    private static final String FAILED = "x";
    private static final String SEEN = "1";
    private static final String UNDEFINED_FUNCTION = "42883";
    private static final String SERIALIZATION_FAILURE = "40001";
    private final JudgeConnection connection;
    private final TableAccessStore store;
    private final Counter judged;
    private final Counter denied;
    private final Map<Integer, TableAccess> known = new HashMap<>();

    public SqlVisibilityJudge(AppConnections connections, MeterRegistry metrics) {
        this(connections, new JudgeConnection(connections), metrics);
    }

    /** @param connection shared with others of the same thread */
    SqlVisibilityJudge(AppConnections connections, JudgeConnection connection, MeterRegistry metrics) {
        this.connection = connection;
        this.store = new TableAccessStore(connections);
        this.judged = metrics.counter("ghee.realtime.judged", "path", "fallback");
        this.denied = metrics.counter("ghee.realtime.judge.failures");
    }

    @Override
    public boolean concerns(TransactionPart part) {
        return false;
    }

    @Override
    public void observe(AppState app, TransactionPart part) {
        // Nothing is kept that the function does not compare with the catalogue at every call.
    }

    @Override
    public void reset() {
        // Every question compares the catalogue with what is known.
    }

    @Override
    public Verdict judge(AppState app, Table table, List<RowImage> images, Groups groups) throws SQLException {
        return judge(app, table, images, groups, EnumSet.allOf(Role.class));
    }

    /** As {@link #judge}, for the viewers of some roles only; nobody else sees anything. */
    Verdict judge(AppState app, Table table, List<RowImage> images, Groups groups, Set<Role> roles)
            throws SQLException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Optional<TableAccess> access = access(app, table.relation().oid());
            if (access.isEmpty()) {
                return new Verdict.Denied("the table is gone, or its policies are beyond us");
            }
            Optional<Verdict> verdict =
                    new Question(app, table, access.get(), images, groups, roles).answer(attempt < ATTEMPTS);
            if (verdict.isPresent()) {
                return verdict.get();
            }
            known.remove(table.relation().oid());
        }
        throw new SQLException("The catalogue keeps changing", SERIALIZATION_FAILURE);
    }

    private Optional<TableAccess> access(AppState app, int oid) throws SQLException {
        TableAccess access = known.get(oid);
        if (access != null) {
            return Optional.of(access);
        }
        try {
            Optional<TableAccess> prepared = store.prepare(app, oid);
            prepared.ifPresent(found -> known.put(oid, found));
            return prepared;
        } catch (SQLException e) {
            if (JudgeConnection.isPassing(e)) {
                throw e;
            }
            LOG.errorf(e, "A table's judge cannot be made: app=%s table=%d", app.appId(), oid);
            denied.increment();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    /** One batch of images of one table. */
    private final class Question {
        private final AppState app;
        private final TableAccess access;
        private final int images;
        private final List<Viewer> viewers;
        private final Map<Role, Set<String>> columns = new EnumMap<>(Role.class);
        private final List<Optional<String>> rows;
        /** Indexes of the viewers whom the policies decide about. */
        private final List<Integer> asked = new ArrayList<>();

        private final List<String> literals;

        Question(AppState app, Table table, TableAccess access, List<RowImage> images, Groups groups, Set<Role> roles) {
            this.app = app;
            this.access = access;
            this.images = images.size();
            this.viewers = groups.viewers();
            this.rows = new ArrayList<>(viewers.size());
            Map<Role, Rule> rules = new EnumMap<>(Role.class);
            for (Viewer viewer : viewers) {
                Rule rule = rules.computeIfAbsent(
                        viewer.role(), role -> roles.contains(role) ? rule(role, table) : new Rule.Nobody());
                switch (rule) {
                    case Rule.Nobody _ -> rows.add(Optional.of(""));
                    case Rule.Everybody _ -> rows.add(Optional.empty());
                    case Rule.Condition _ -> {
                        asked.add(rows.size());
                        rows.add(Optional.of(""));
                    }
                }
            }
            var literal = new ImageLiteral(table, access);
            this.literals = asked.isEmpty()
                    ? List.of()
                    : images.stream().map(literal::of).toList();
        }

        private Rule rule(Role role, Table table) {
            Rule rule = access.ruleFor(role, app.strictRls());
            if (rule instanceof Rule.Condition(var _, List<String> needed)
                    && !table.relation().columns().stream()
                            .map(column -> column.name())
                            .toList()
                            .containsAll(needed)) {
                // The image lacks what the policy reads: a generated column, or one that came or was renamed since.
                denied.increment();
                return new Rule.Nobody();
            }
            columns.put(role, rule instanceof Rule.Nobody ? Set.of() : access.readable(role));
            return rule;
        }

        /** Empty when the catalogue has changed since {@link #access} was read. */
        Optional<Verdict> answer(boolean mayBeOutdated) throws SQLException {
            try {
                if (!call(literals, false)) {
                    return Optional.empty();
                }
            } catch (SQLException e) {
                if (JudgeConnection.isPassing(e)) {
                    connection.close();
                    throw e;
                }
                if (mayBeOutdated && UNDEFINED_FUNCTION.equals(e.getSQLState())) {
                    return Optional.empty();
                }
                LOG.debugf("A policy failed: app=%s sqlstate=%s", app.appId(), e.getSQLState());
                if (!answerOneByOne()) {
                    return Optional.empty();
                }
            }
            judged.increment((double) asked.size() * literals.size());
            return Optional.of(new Verdict.Judged(columns, byImage()));
        }

        /** Turns digits by viewer into viewers by image. */
        private List<int[]> byImage() {
            List<int[]> seen = new ArrayList<>(images);
            for (int image = 0; image < images; image++) {
                int at = image;
                seen.add(IntStream.range(0, rows.size())
                        .filter(viewer -> sees(rows.get(viewer), at))
                        .toArray());
            }
            return seen;
        }

        private static boolean sees(Optional<String> digits, int image) {
            return digits.isEmpty()
                    || (image < digits.get().length() && digits.get().charAt(image) == SEEN.charAt(0));
        }

        private boolean answerOneByOne() throws SQLException {
            List<StringBuilder> digits =
                    asked.stream().map(_ -> new StringBuilder(literals.size())).toList();
            for (String literal : literals) {
                asked.forEach(viewer -> rows.set(viewer, Optional.of("")));
                try {
                    if (!call(List.of(literal), true)) {
                        return false;
                    }
                } catch (SQLException e) {
                    if (JudgeConnection.isPassing(e)) {
                        connection.close();
                        throw e;
                    }
                    denied.increment(asked.size());
                }
                for (int i = 0; i < asked.size(); i++) {
                    String seen = rows.get(asked.get(i)).orElse("");
                    digits.get(i).append(seen.equals(SEEN) ? SEEN : "0");
                    if (seen.equals(FAILED)) {
                        denied.increment();
                    }
                }
            }
            for (int i = 0; i < asked.size(); i++) {
                rows.set(asked.get(i), Optional.of(digits.get(i).toString()));
            }
            return true;
        }

        /** Puts the answers into {@link #rows}; false when outdated. */
        private boolean call(List<String> images, boolean tolerant) throws SQLException {
            Connection open = connection.open(app);
            try (PreparedStatement call = open.prepareStatement(new JudgeFunction(access).call())) {
                call.setArray(1, open.createArrayOf("text", images.toArray()));
                call.setArray(
                        2,
                        texts(
                                open,
                                asked.stream().map(i -> viewers.get(i).role().database())));
                call.setArray(
                        3, texts(open, asked.stream().map(i -> viewers.get(i).subject())));
                call.setArray(
                        4, texts(open, asked.stream().map(i -> viewers.get(i).claims())));
                call.setBoolean(5, tolerant);
                try (ResultSet answers = call.executeQuery()) {
                    while (answers.next()) {
                        int viewer = answers.getInt(1);
                        if (viewer == OUTDATED) {
                            return false;
                        }
                        rows.set(asked.get(viewer - 1), Optional.of(answers.getString(2)));
                    }
                }
            }
            return true;
        }

        private static java.sql.Array texts(Connection open, java.util.stream.Stream<String> texts)
                throws SQLException {
            return open.createArrayOf("text", texts.toArray());
        }
    }
}
