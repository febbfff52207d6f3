package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Column;
import dev.ghee.realtime.policy.access.TableAccess.Definition;
import dev.ghee.realtime.policy.access.TableAccess.Policy;
import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.policy.relation.Tuple;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Role;
import dev.ghee.realtime.subscription.Viewer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tables as the catalogue would describe them, and rows of them, for tests without a database. */
final class Tables {
    static final TableName MEMBERS_NAME = new TableName("public", "members");
    private static final int T = 100;
    private static final int MEMBERS = 200;

    private Tables() {}

    static Viewer user(String subject) {
        return new Viewer(Role.USER, subject, "{\"sub\":\"" + subject + "\"}");
    }

    static Groups groups(Viewer... viewers) {
        return new Groups(
                List.of(viewers),
                Arrays.stream(viewers)
                        .map(_ -> List.<dev.ghee.realtime.subscription.Subscription>of())
                        .toList());
    }

    static Column column(String name, String type, String collation) {
        return new Column(name, 0, type, null, collation, false, true, true, true);
    }

    static TableAccess t(String... expressions) {
        return table(
                T,
                "t",
                List.of(
                        column("owner_id", "text", "default"),
                        column("ow", "uuid", ""),
                        column("n", "integer", ""),
                        column("i8", "bigint", ""),
                        column("nu", "numeric", ""),
                        column("b", "boolean", ""),
                        column("room", "integer", ""),
                        column("at", "timestamp with time zone", ""),
                        column("c", "text", "C"),
                        column("ci", "text", "nondeterministic"),
                        column("doc", "jsonb", ""),
                        new Column("mood", 0, "public.mood", List.of("sad", "gay"), "", false, true, true, true),
                        new Column("gen", 0, "integer", null, "", true, true, true, true)),
                true,
                expressions);
    }

    static TableAccess members(boolean rls, String... expressions) {
        return table(
                MEMBERS,
                "members",
                List.of(
                        column("room", "integer", ""),
                        column("user_id", "text", "default"),
                        column("lvl", "integer", ""),
                        new Column("secret", 0, "text", null, "default", false, false, false, true)),
                rls,
                expressions);
    }

    private static TableAccess table(int oid, String name, List<Column> columns, boolean rls, String... expressions) {
        List<Policy> policies = Arrays.stream(expressions)
                .map(expression -> new Policy("p", true, true, true, expression, List.of()))
                .toList();
        return new TableAccess(oid, "v", new Definition("public", name, true, rls, true, true, columns, policies));
    }

    static Compilation compile(TableAccess table, TableAccess... others) {
        return PolicyCompiler.compile(
                table, Role.USER, others.length == 0 ? Map.of() : Map.of(MEMBERS_NAME, others[0]));
    }

    static CompiledRule compiled(TableAccess table, TableAccess... others) {
        return switch (compile(table, others)) {
            case Compilation.Compiled(CompiledRule rule) -> rule;
            case Compilation.Fallback(String reason) -> throw new AssertionError("fell back: " + reason);
        };
    }

    /** What a rule shows of a row whose columns are given as names and texts in turn. */
    static int[] seen(CompiledRule rule, Groups groups, Map<Integer, Relation> relations, @Nullable String... row) {
        List<@Nullable String> texts = rule.columns().stream()
                .map(column -> {
                    for (int i = 0; i < row.length; i += 2) {
                        if (column.equals(row[i])) {
                            return row[i + 1];
                        }
                    }
                    return null;
                })
                .toList();
        return new RuleEvaluator(rule).seen(texts, groups, relations);
    }

    /** Rows of {@code members (room, user_id, lvl)}. */
    static Map<Integer, Relation> relation(@Nullable String[]... rows) {
        List<String> names = List.of("room", "user_id", "lvl");
        List<Tuple> tuples = Arrays.stream(rows)
                .map(row -> (Tuple) column -> row[names.indexOf(column)])
                .toList();
        return Map.of(MEMBERS, new Relation() {
            @Override
            public Collection<? extends Tuple> where(String column, String text) {
                return tuples.stream()
                        .filter(tuple -> text.equals(tuple.text(column)))
                        .toList();
            }
        });
    }
}
