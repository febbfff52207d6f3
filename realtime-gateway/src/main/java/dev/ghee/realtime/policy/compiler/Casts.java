package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.compiler.Convert.Form;
import dev.ghee.realtime.policy.compiler.SqlType.Scalar;
import org.jspecify.annotations.Nullable;

/** Which casts are known, and on what. */
final class Casts {
    private Casts() {}

    static Node cast(Node operand, SqlType target) throws NotCompilableException {
        if (operand.type() instanceof SqlType.Text && target.isJson()) {
            requireViewer(operand, "JSON");
            return new Settings.Json(target, operand);
        }
        Form form = form(operand.type(), target);
        if (form == null) {
            throw new NotCompilableException("a cast that is not known here");
        }
        boolean mayFail = switch (form) {
            case TEXT_TO_UUID, TEXT_TO_BOOLEAN, TEXT_TO_INT2, TEXT_TO_INT4, TEXT_TO_INT8 -> true;
            default -> false;
        };
        if (mayFail) {
            // It fails for some rows, and Postgres does not say whether it gets there.
            requireViewer(operand, "another type");
        }
        SqlType type = form == Form.SAME && operand.type() instanceof SqlType.Text ? operand.type() : target;
        return folded(new Convert(type, form, operand));
    }

    /** Of a constant, the result: its failure must not depend on what is evaluated. */
    private static Node folded(Convert convert) throws NotCompilableException {
        if (convert.sources() != 0) {
            return convert;
        }
        try {
            return new Node.Constant(convert.type(), convert.value(new Scope()));
        } catch (EvaluationException e) {
            throw new NotCompilableException("a constant that cannot be cast");
        }
    }

    private static void requireViewer(Node operand, String to) throws NotCompilableException {
        if ((operand.sources() & ~Node.VIEWER) != 0) {
            throw new NotCompilableException("a cast of a column's text to " + to);
        }
    }

    private static @Nullable Form form(SqlType from, SqlType to) {
        boolean toText = to instanceof SqlType.Text;
        return switch (from) {
            case SqlType.Text _ -> toText ? Form.SAME : ofText(to);
            case SqlType.Enumeration _ -> toText ? Form.UUID_TO_TEXT : from.equals(to) ? Form.SAME : null;
            case Scalar scalar ->
                switch (scalar) {
                    case UUID -> toText ? Form.UUID_TO_TEXT : same(from, to);
                    case BOOL -> toText ? Form.BOOLEAN_TO_TEXT : same(from, to);
                    case INT2, INT4, INT8 -> ofInteger(scalar, to, toText);
                    case NUMERIC, DATE, TIMESTAMP, TIMESTAMPTZ -> same(from, to);
                    case JSON, JSONB -> null;
                };
        };
    }

    private static @Nullable Form same(SqlType from, SqlType to) {
        return from == to ? Form.SAME : null;
    }

    private static @Nullable Form ofText(SqlType to) {
        if (!(to instanceof Scalar scalar)) {
            return null;
        }
        return switch (scalar) {
            case UUID -> Form.TEXT_TO_UUID;
            case BOOL -> Form.TEXT_TO_BOOLEAN;
            case INT2 -> Form.TEXT_TO_INT2;
            case INT4 -> Form.TEXT_TO_INT4;
            case INT8 -> Form.TEXT_TO_INT8;
            case NUMERIC, DATE, TIMESTAMP, TIMESTAMPTZ, JSON, JSONB -> null;
        };
    }

    private static @Nullable Form ofInteger(Scalar from, SqlType to, boolean toText) {
        if (toText) {
            return Form.INTEGER_TO_TEXT;
        }
        if (to == Scalar.NUMERIC) {
            return Form.INTEGER_TO_NUMERIC;
        }
        // Fewer bits may be too few.
        return to instanceof Scalar scalar && scalar.isInteger() && scalar.ordinal() >= from.ordinal()
                ? Form.SAME
                : null;
    }
}
