package dev.ghee.realtime.policy.compiler;

import org.jspecify.annotations.Nullable;

/** Casts. NULL stays NULL. */
record Convert(SqlType type, Form form, Node operand) implements Node {
    enum Form {
        TEXT_TO_UUID,
        TEXT_TO_BOOLEAN,
        TEXT_TO_INT2,
        TEXT_TO_INT4,
        TEXT_TO_INT8,
        /** Also from enums. */
        UUID_TO_TEXT,
        INTEGER_TO_TEXT,
        BOOLEAN_TO_TEXT,
        INTEGER_TO_NUMERIC,
        /** To an integer with more bits, or text to text. */
        SAME
    }

    @Override
    public int sources() {
        return operand.sources();
    }

    @Override
    public @Nullable Object value(Scope scope) {
        Object value = operand.value(scope);
        if (value == null) {
            return null;
        }
        return switch (form) {
            case TEXT_TO_UUID -> PgUuid.canonical(text(value));
            case TEXT_TO_BOOLEAN -> PgBoolean.parse(text(value));
            case TEXT_TO_INT2 -> PgNumber.integer(text(value), Short.SIZE);
            case TEXT_TO_INT4 -> PgNumber.integer(text(value), Integer.SIZE);
            case TEXT_TO_INT8 -> PgNumber.integer(text(value), Long.SIZE);
            case INTEGER_TO_NUMERIC -> PgNumber.of((Long) value);
            case INTEGER_TO_TEXT, BOOLEAN_TO_TEXT -> value.toString();
            case UUID_TO_TEXT, SAME -> value;
        };
    }

    /** A text whose characters are needed. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new EvaluationException("the text of a JSON value");
    }
}
