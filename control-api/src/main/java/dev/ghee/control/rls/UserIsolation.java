package dev.ghee.control.rls;

import dev.ghee.appdb.Cluster;
import dev.ghee.control.schema.DslName;
import dev.ghee.tenancy.rls.SqlIdentifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * "Every user has rows of their own": what it takes on one table.
 *
 * @param userColumnType {@code uuid} or {@code text}
 * @param publicReadColumn boolean column that shows a row to everybody; null for none
 */
record UserIsolation(
        String table,
        String userColumn,
        String userColumnType,
        @Nullable String publicReadColumn) {
    private static final String ALWAYS = "true";

    String policyName() {
        return DslName.derived(table + "_user_isolation");
    }

    /** Empty without a public column. */
    List<String> publicReadPolicies() {
        return publicReadColumn == null
                ? List.of()
                : List.of(DslName.derived(table + "_public_read_user"), DslName.derived(table + "_public_read_anon"));
    }

    List<String> statements() {
        List<String> statements = new ArrayList<>(enable(table));
        String owned = SqlIdentifier.quote(userColumn) + " = "
                + (userColumnType.equals("uuid") ? "public.current_user_id()::uuid" : "public.current_user_id()");
        add(statements, policyName(), Policy.Command.ALL, Cluster.USER, owned);
        if (publicReadColumn != null) {
            String shown = SqlIdentifier.quote(publicReadColumn) + " = true";
            List<String> names = publicReadPolicies();
            add(statements, names.getFirst(), Policy.Command.SELECT, Cluster.USER, shown);
            add(statements, names.getLast(), Policy.Command.SELECT, Cluster.ANON, shown);
        }
        statements.add(trigger(table, userColumn));
        return statements;
    }

    /** Row-level security with the policy that keeps keys out of it. */
    static List<String> enable(String table) {
        String bypass = DslName.derived(table + "_service_bypass");
        List<String> statements = new ArrayList<>(List.of(
                "ALTER TABLE " + DslName.table(table) + " ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE " + DslName.table(table) + " FORCE ROW LEVEL SECURITY",
                Policy.drop(table, bypass)));
        statements.add(new Policy(table, bypass, Policy.Command.ALL, false, List.of(Cluster.SERVICE), ALWAYS, ALWAYS)
                .create());
        return statements;
    }

    /** What {@link #enable} and {@link #trigger} did, but for policies. */
    static List<String> disable(String table) {
        return List.of(
                "ALTER TABLE " + DslName.table(table) + " NO FORCE ROW LEVEL SECURITY",
                "ALTER TABLE " + DslName.table(table) + " DISABLE ROW LEVEL SECURITY",
                "DROP TRIGGER IF EXISTS " + triggerName(table) + " ON " + DslName.table(table));
    }

    /** Fills the column with the signed-in user, whatever was sent. */
    static String trigger(String table, String userColumn) {
        return "CREATE OR REPLACE TRIGGER " + triggerName(table) + " BEFORE INSERT ON " + DslName.table(table)
                + " FOR EACH ROW EXECUTE FUNCTION ghee.set_user_id(" + DslName.literal(userColumn) + ")";
    }

    private static String triggerName(String table) {
        return SqlIdentifier.quote(DslName.derived(table + "_set_user_id_trigger"));
    }

    private void add(List<String> statements, String name, Policy.Command command, String role, String condition) {
        statements.add(Policy.drop(table, name));
        statements.add(new Policy(
                        table, name, command, false, List.of(role), condition, command.takesCheck() ? condition : null)
                .create());
    }
}
