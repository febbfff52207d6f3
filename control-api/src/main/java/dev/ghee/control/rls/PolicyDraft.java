package dev.ghee.control.rls;

import dev.ghee.control.schema.DslName;
import dev.ghee.control.schema.ExpressionFunctions;
import dev.ghee.control.schema.SqlExpression;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy that somebody wants, its expressions checked as far as that goes without a database.
 *
 * @param fresh the expressions that came with the request; the policy's others are the catalogue's own
 * @param userColumn column that shall be filled with the signed-in user on insert; null for none
 */
record PolicyDraft(
        Policy policy, List<SqlExpression> fresh, @Nullable String userColumn) {

    /** A checked expression. */
    record Condition(SqlExpression expression) {
        /** Fails with {@code RLS_UNSAFE_EXPRESSION}; null stays null. */
        static @Nullable Condition parse(@Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                return new Condition(SqlExpression.parse(text));
            } catch (SqlExpression.UnsafeException e) {
                throw new GheeException(ErrorCode.RLS_UNSAFE_EXPRESSION, e.reason(), e);
            }
        }
    }

    /** A new policy. Fails with {@code VALIDATION_INVALID_SCHEMA} when its parts do not go together. */
    static PolicyDraft of(RequestFields request) {
        String table = request.text("table_name");
        String name = request.text("policy_name");
        if (!DslName.isValid(name)) {
            throw RequestFields.invalid("policy_name", "Use 1 to 63 lower-case letters, digits and underscores");
        }
        TableFacts.requireName(table);
        boolean restrictive = Boolean.TRUE.equals(request.optionalFlag("restrictive"));
        Policy.Command command = Optional.ofNullable(command(request)).orElse(Policy.Command.ALL);
        List<String> roles = roles(request.optionalText("role"), restrictive);
        return build(
                new Policy(table, name, command, restrictive, roles, null, null),
                Condition.parse(request.optionalText("using_expression")),
                Condition.parse(request.optionalText("with_check_expression")),
                request.optionalText("user_column"));
    }

    /** What a request wants changed. Fails with {@code VALIDATION_INVALID_SCHEMA}. */
    static RlsStore.PolicyChange change(RequestFields request) {
        return new RlsStore.PolicyChange(
                command(request),
                request.optionalText("role"),
                Condition.parse(request.optionalText("using_expression")),
                Condition.parse(request.optionalText("with_check_expression")),
                request.optionalFlag("restrictive"),
                request.optionalText("user_column"));
    }

    /** An existing policy with the changes; an expression that the new command does not take is left behind. */
    static PolicyDraft changed(Policy existing, RlsStore.PolicyChange change) {
        Policy.Command command = change.command() == null ? existing.command() : change.command();
        boolean restrictive = change.restrictive() == null ? existing.restrictive() : change.restrictive();
        List<String> roles = change.role() == null ? existing.roles() : roles(change.role(), restrictive);
        var base = new Policy(
                existing.table(),
                existing.name(),
                command,
                restrictive,
                roles,
                command.takesUsing() ? existing.using() : null,
                command.takesCheck() ? existing.check() : null);
        return build(base, change.using(), change.check(), change.userColumn());
    }

    private static PolicyDraft build(
            Policy base, @Nullable Condition using, @Nullable Condition check, @Nullable String userColumn) {
        if (using != null && !base.command().takesUsing()) {
            throw RequestFields.invalid("using_expression", "INSERT policies take a with_check_expression instead");
        }
        if (check != null && !base.command().takesCheck()) {
            throw RequestFields.invalid(
                    "with_check_expression", base.command() + " policies take a using_expression only");
        }
        String usingText = using == null ? base.using() : using.expression().text();
        String checkText = check == null ? base.check() : check.expression().text();
        if (usingText == null && checkText == null) {
            throw RequestFields.invalid(
                    "using_expression", "A policy needs a using_expression or a with_check_expression");
        }
        List<SqlExpression> fresh = new ArrayList<>();
        if (using != null) {
            fresh.add(using.expression());
        }
        if (check != null) {
            fresh.add(check.expression());
        }
        var policy = new Policy(
                base.table(), base.name(), base.command(), base.restrictive(), base.roles(), usingText, checkText);
        return new PolicyDraft(policy, fresh, userColumn);
    }

    /** Fails with {@code RLS_UNSAFE_EXPRESSION} if an expression calls a function that does more than compute. */
    void requireHarmlessFunctions(Connection connection) throws SQLException {
        for (SqlExpression expression : fresh) {
            Optional<String> refused = ExpressionFunctions.refused(connection, expression);
            if (refused.isPresent()) {
                throw new GheeException(ErrorCode.RLS_UNSAFE_EXPRESSION, "A policy may not call " + refused.get());
            }
        }
    }

    private static Policy.@Nullable Command command(RequestFields request) {
        String command = request.optionalText("command");
        if (command == null) {
            return null;
        }
        return Policy.Command.parse(command)
                .orElseThrow(() -> RequestFields.invalid("command", "Must be SELECT, INSERT, UPDATE, DELETE or ALL"));
    }

    private static List<String> roles(@Nullable String role, boolean restrictive) {
        return Policy.roles(role, restrictive)
                .orElseThrow(() -> RequestFields.invalid("role", "Must be anon or user, or left out for everybody"));
    }
}
