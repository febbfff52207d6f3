package dev.ghee.realtime.policy.access;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.ghee.realtime.subscription.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What decides who may read a table, as the catalogue has it.
 *
 * @param version names exactly this state: any change of columns, grants or policies gives another
 */
public record TableAccess(int relationOid, String version, Definition definition) {

    /**
     * Shaped as the catalogue query writes it.
     *
     * @param plain whether all its rows are its own and reach the log: no view, no children, not unlogged
     * @param userId whether {@code current_user_id()} is what the platform made it, and everybody may call it
     * @param announced whether the database writes changes of the catalogue into the log
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Definition(
            String schema,
            String table,
            boolean plain,
            boolean rls,
            boolean userId,
            boolean announced,
            List<Column> columns,
            List<Policy> policies) {}

    /**
     * A column in table order, and who may read it.
     *
     * @param type oid of its type
     * @param typeName as Postgres prints it; with its schema when it is not built in
     * @param labels of an enum, else null
     * @param collation {@code default}, {@code C}, {@code nondeterministic}, another's oid, or empty
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Column(
            String name,
            long type,
            String typeName,
            @Nullable List<String> labels,
            String collation,
            boolean generated,
            boolean anon,
            boolean user,
            boolean service) {
        public boolean readableBy(Role role) {
            return switch (role) {
                case ANON -> anon;
                case USER -> user;
                case SERVICE -> service;
            };
        }
    }

    /**
     * A policy that applies to SELECT.
     *
     * @param expression its USING clause with every name qualified; null when it has none
     * @param columns that the expression reads
     */
    public record Policy(
            String name,
            boolean permissive,
            boolean anon,
            boolean user,
            @Nullable String expression,
            List<String> columns) {
        public boolean appliesTo(Role role) {
            return switch (role) {
                case ANON -> anon;
                case USER -> user;
                case SERVICE -> false;
            };
        }
    }

    /** How it is decided what a role sees. */
    public sealed interface Rule {
        /** Nothing. */
        record Nobody() implements Rule {}

        /** Every row. */
        record Everybody() implements Rule {}

        /**
         * The rows for which this is true.
         *
         * @param columns that an image must have for the condition to be decided
         */
        record Condition(String expression, List<String> columns) implements Rule {}
    }

    public Optional<Column> column(String name) {
        return definition.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
    }

    /** Whether the role may read anything of the table at all. */
    public boolean isReadableBy(Role role) {
        return definition.columns().stream().anyMatch(column -> column.readableBy(role));
    }

    /** The columns that the role may read. */
    public Set<String> readable(Role role) {
        return definition.columns().stream()
                .filter(column -> column.readableBy(role))
                .map(Column::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The policies that decide what a role sees once row-level security is on; those without a condition decide nothing. */
    public List<Policy> policiesOf(Role role) {
        return definition.policies().stream()
                .filter(policy -> policy.appliesTo(role) && policy.expression() != null)
                .toList();
    }

    /**
     * Postgres' own rule: one permissive policy and all restrictive ones have to hold. The service role sees all that
     * it has a grant for. Without row-level security, users see everything unless the app is strict, and anonymous
     * callers nothing.
     */
    public Rule ruleFor(Role role, boolean strictRls) {
        if (!isReadableBy(role)) {
            return new Rule.Nobody();
        }
        if (role == Role.SERVICE) {
            return new Rule.Everybody();
        }
        if (!definition.rls()) {
            return role == Role.USER && !strictRls ? new Rule.Everybody() : new Rule.Nobody();
        }
        List<Policy> policies = policiesOf(role);
        String permissive = joined(policies, true, " OR ");
        if (permissive.isEmpty()) {
            return new Rule.Nobody();
        }
        String restrictive = joined(policies, false, " AND ");
        String expression = restrictive.isEmpty() ? permissive : "(" + permissive + ") AND " + restrictive;
        return new Rule.Condition(
                expression,
                policies.stream()
                        .flatMap(policy -> policy.columns().stream())
                        .distinct()
                        .toList());
    }

    private static String joined(List<Policy> policies, boolean permissive, String operator) {
        return policies.stream()
                .filter(policy -> policy.permissive() == permissive)
                .map(policy -> "(" + policy.expression() + ")")
                .collect(Collectors.joining(operator));
    }
}
