package dev.ghee.control.rls;

import dev.ghee.appdb.Cluster;
import dev.ghee.control.schema.DslName;
import dev.ghee.tenancy.rls.SqlIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A policy as it is, or is to be, in the database.
 *
 * @param roles those it is for; {@code public} for everybody
 * @param using SQL of which existing rows it is about; checked by {@code SqlExpression}, or as the catalogue has it
 * @param check SQL of which new rows it allows; likewise
 */
record Policy(
        String table,
        String name,
        Command command,
        boolean restrictive,
        List<String> roles,
        @Nullable String using,
        @Nullable String check) {

    static final String EVERYBODY = "public";

    Policy {
        roles = List.copyOf(roles);
    }

    /** Statements that a policy is about. */
    enum Command {
        ALL,
        SELECT,
        INSERT,
        UPDATE,
        DELETE;

        static Optional<Command> parse(String text) {
            return Arrays.stream(values())
                    .filter(command -> command.name().equals(text.toUpperCase(Locale.ROOT)))
                    .findFirst();
        }

        boolean takesUsing() {
            return this != INSERT;
        }

        boolean takesCheck() {
            return this != SELECT && this != DELETE;
        }

        /** The statements it means. */
        List<Command> each() {
            return this == ALL ? List.of(SELECT, INSERT, UPDATE, DELETE) : List.of(this);
        }
    }

    /**
     * The roles for a request's {@code role}. A restrictive policy for everybody leaves the service role out: its keys
     * bypass row-level security by contract, and Postgres would apply the restriction to it too.
     */
    static Optional<List<String>> roles(@Nullable String role, boolean restrictive) {
        if (role == null) {
            return Optional.of(restrictive ? List.of(Cluster.ANON, Cluster.USER) : List.of(EVERYBODY));
        }
        return switch (role) {
            case "anon", Cluster.ANON -> Optional.of(List.of(Cluster.ANON));
            case "user", Cluster.USER -> Optional.of(List.of(Cluster.USER));
            default -> Optional.empty();
        };
    }

    /** The roles of callers without a service key that it is for. */
    List<String> callerRoles() {
        return roles.contains(EVERYBODY)
                ? List.of(Cluster.USER, Cluster.ANON)
                : roles.stream().filter(role -> !role.equals(Cluster.SERVICE)).toList();
    }

    String create() {
        return "CREATE POLICY " + SqlIdentifier.quote(name) + " ON " + DslName.table(table) + " AS "
                + (restrictive ? "RESTRICTIVE" : "PERMISSIVE") + " FOR " + command + " TO "
                + roles.stream()
                        .map(role -> role.equals(EVERYBODY) ? "PUBLIC" : SqlIdentifier.quote(role))
                        .collect(Collectors.joining(", "))
                + (using == null ? "" : " USING (" + using + ")")
                + (check == null ? "" : " WITH CHECK (" + check + ")");
    }

    static String drop(String table, String name) {
        return "DROP POLICY IF EXISTS " + SqlIdentifier.quote(name) + " ON " + DslName.table(table);
    }
}
