package dev.ghee.realtime.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.ghee.realtime.subscription.Role;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What decides who may read a table, as the catalogue has it: {@link TableAccessStore} makes it.
 *
 * @param version names exactly this state: any change of columns, grants or policies gives another
 */
record TableAccess(int relationOid, String version, Definition definition) {

    /** Shaped as the catalogue query writes it. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Definition(String schema, String table, boolean rls, List<Column> columns, List<Policy> policies) {}

    /** A column in table order, and who may read it. */
    record Column(String name, boolean generated, boolean anon, boolean user, boolean service) {
        boolean readableBy(Role role) {
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
    record Policy(
            boolean permissive,
            boolean anon,
            boolean user,
            @Nullable String expression,
            List<String> columns) {
        boolean appliesTo(Role role) {
            return switch (role) {
                case ANON -> anon;
                case USER -> user;
                case SERVICE -> false;
            };
        }
    }

    /** How it is decided what a role sees. */
    sealed interface Rule {
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

    /**
     * Postgres' own rule: one permissive policy and all restrictive ones have to hold. The service role sees all that
     * it has a grant for. Without row-level security, users see everything unless the app is strict, and anonymous
     * callers nothing.
     */
    Rule ruleFor(Role role, boolean strictRls) {
        if (definition.columns().stream().noneMatch(column -> column.readableBy(role))) {
            return new Rule.Nobody();
        }
        if (role == Role.SERVICE) {
            return new Rule.Everybody();
        }
        if (!definition.rls()) {
            return role == Role.USER && !strictRls ? new Rule.Everybody() : new Rule.Nobody();
        }
        List<Policy> policies = definition.policies().stream()
                .filter(policy -> policy.appliesTo(role) && policy.expression() != null)
                .toList();
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
