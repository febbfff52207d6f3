package dev.ghee.realtime.policy.compiler;

import org.jspecify.annotations.Nullable;

/**
 * Something of a typed condition that has a value. Nodes are records: equal ones are computed once. All fail with
 * {@link EvaluationException} where Postgres would.
 */
interface Node {
    /** What a value depends on, as bits; 0 for constants. */
    int ROW = 1;

    int VIEWER = 2;
    int MEMBER = 4;
    /** Rows of another table: not the same from one change to the next. */
    int RELATION = 8;

    SqlType type();

    int sources();

    /** Null for SQL NULL. */
    @Nullable
    Object value(Scope scope);

    default Truth truth(Scope scope) {
        return Truth.ofNullable((Boolean) value(scope));
    }

    default boolean isOfViewerAlone() {
        return sources() == VIEWER;
    }

    /** What has two truth values and NULL. */
    interface Condition extends Node {
        @Override
        default SqlType type() {
            return SqlType.Scalar.BOOL;
        }

        @Override
        Truth truth(Scope scope);

        @Override
        default @Nullable Object value(Scope scope) {
            return truth(scope).toBoolean();
        }
    }

    /** @param value decoded */
    record Constant(SqlType type, @Nullable Object value) implements Node {
        @Override
        public int sources() {
            return 0;
        }

        @Override
        public @Nullable Object value(Scope scope) {
            return value;
        }
    }

    /** A column of the row. */
    record RowColumn(SqlType type, int index) implements Node {
        @Override
        public int sources() {
            return ROW;
        }

        @Override
        public @Nullable Object value(Scope scope) {
            return scope.row[index];
        }
    }

    /** A column of the membership table, inside its subquery. */
    record MemberColumn(SqlType type, String name) implements Node {
        @Override
        public int sources() {
            return MEMBER;
        }

        @Override
        public @Nullable Object value(Scope scope) {
            String text = scope.memberRow().text(name);
            return text == null ? null : type.decode(text);
        }
    }

    /** What is asked of a viewer alone, computed once for each. */
    record Fact(SqlType type, int index) implements Node {
        @Override
        public int sources() {
            return VIEWER;
        }

        @Override
        public @Nullable Object value(Scope scope) {
            return scope.facts[index];
        }
    }
}
