package dev.ghee.realtime.filter;

import dev.ghee.pgoutput.WalMessage.Column;
import dev.ghee.realtime.change.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Conditions tied to one definition of a table. SQL NULL fulfils nothing but {@code is.null}, and what cannot be
 * decided is not fulfilled; as there is no NOT, two values of truth are enough.
 */
sealed interface BoundWhere {
    /** @param readable the columns that the client may see: no other influences the answer */
    boolean matches(FilterRow row, Set<String> readable);

    static BoundWhere of(Where where, Table table, TypesOfColumns types) {
        return switch (where) {
            case Where.And(List<Where> terms) -> new All(all(terms, table, types));
            case Where.Or(List<Where> terms) -> new Any(all(terms, table, types));
            case Where.Condition condition -> condition(condition, table, types);
        };
    }

    private static List<BoundWhere> all(List<Where> terms, Table table, TypesOfColumns types) {
        List<BoundWhere> bound = new ArrayList<>(terms.size());
        terms.forEach(term -> bound.add(of(term, table, types)));
        return bound;
    }

    private static BoundWhere condition(Where.Condition condition, Table table, TypesOfColumns types) {
        List<Column> columns = table.relation().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(condition.column())) {
                try {
                    return Predicate.of(condition, types.type(columns.get(i).typeOid()))
                            .at(i, condition.column());
                } catch (InvalidFilterException e) {
                    return new Never();
                }
            }
        }
        return new Never();
    }

    /** Every one holds. */
    record All(List<BoundWhere> terms) implements BoundWhere {
        @Override
        public boolean matches(FilterRow row, Set<String> readable) {
            for (BoundWhere term : terms) {
                if (!term.matches(row, readable)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** At least one holds. */
    record Any(List<BoundWhere> terms) implements BoundWhere {
        @Override
        public boolean matches(FilterRow row, Set<String> readable) {
            for (BoundWhere term : terms) {
                if (term.matches(row, readable)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** The table has no such column, or one of another type than the condition was made for. */
    record Never() implements BoundWhere {
        @Override
        public boolean matches(FilterRow row, Set<String> readable) {
            return false;
        }
    }

    /** A column's condition. */
    record OfColumn(int index, String name, Predicate predicate) implements BoundWhere {
        @Override
        public boolean matches(FilterRow row, Set<String> readable) {
            return readable.contains(name) && predicate.holds(row, index);
        }
    }

    /** What is asked of a column's value. */
    sealed interface Predicate {
        boolean holds(FilterRow row, int column);

        default BoundWhere at(int index, String name) {
            return new OfColumn(index, name, this);
        }

        /** Fails with a message for the client when the type and the condition do not go together. */
        static Predicate of(Where.Condition condition, ValueType type) throws InvalidFilterException {
            Operator operator = condition.operator();
            return switch (operator) {
                case EQ, NEQ, GT, GTE, LT, LTE -> {
                    requireComparable(condition, type);
                    yield new Comparison(
                            type,
                            operator,
                            value(condition, type, condition.values().getFirst()));
                }
                case IN -> {
                    requireComparable(condition, type);
                    List<Object> values = new ArrayList<>();
                    for (String text : condition.values()) {
                        values.add(value(condition, type, text));
                    }
                    yield new AnyOf(type, values);
                }
                case LIKE, ILIKE -> new Like(type, pattern(condition));
                case IS -> is(condition, type);
            };
        }

        private static void requireComparable(Where.Condition condition, ValueType type) throws InvalidFilterException {
            if (!type.isComparable() || (condition.operator().isOrder() && !type.isOrdered())) {
                throw new InvalidFilterException("Column \"" + WhereParser.shown(condition.column())
                        + "\" cannot be compared with " + condition.operator().wireName());
            }
        }

        private static Object value(Where.Condition condition, ValueType type, String text)
                throws InvalidFilterException {
            try {
                return type.read(text);
            } catch (IllegalArgumentException e) {
                throw new InvalidFilterException("\"" + WhereParser.shown(text) + "\" is not a value of column \""
                        + WhereParser.shown(condition.column()) + '"');
            }
        }

        private static LikePattern pattern(Where.Condition condition) throws InvalidFilterException {
            String pattern = condition.values().getFirst();
            if (pattern.length() > LikePattern.MAX_LENGTH) {
                throw new InvalidFilterException(
                        "A pattern may have " + LikePattern.MAX_LENGTH + " characters at most");
            }
            return LikePattern.parse(pattern, condition.operator() == Operator.ILIKE)
                    .orElseThrow(() -> new InvalidFilterException("A pattern must not end with a backslash"));
        }

        private static Predicate is(Where.Condition condition, ValueType type) throws InvalidFilterException {
            String wanted = condition.values().getFirst();
            if (wanted.equals("null")) {
                return new IsNull();
            }
            if (!wanted.equals("true") && !wanted.equals("false")) {
                throw new InvalidFilterException(
                        "Expected is.null, is.true or is.false for \"" + WhereParser.shown(condition.column()) + '"');
            }
            if (type != ValueType.BOOL) {
                throw new InvalidFilterException("Column \"" + WhereParser.shown(condition.column())
                        + "\" is not a boolean, so is." + wanted + " cannot be asked of it");
            }
            return new Comparison(type, Operator.EQ, wanted.equals("true"));
        }
    }

    /** Against one value. */
    record Comparison(ValueType type, Operator operator, Object operand) implements Predicate {
        @Override
        public boolean holds(FilterRow row, int column) {
            @Nullable Object value = row.value(column, type);
            if (value == null) {
                return false;
            }
            int order = type.compare(value, operand);
            return switch (operator) {
                case EQ -> order == 0;
                case NEQ -> order != 0;
                case GT -> order > 0;
                case GTE -> order >= 0;
                case LT -> order < 0;
                case LTE -> order <= 0;
                case LIKE, ILIKE, IN, IS -> false;
            };
        }
    }

    /** Equal to one of these. */
    record AnyOf(ValueType type, List<Object> operands) implements Predicate {
        @Override
        public boolean holds(FilterRow row, int column) {
            @Nullable Object value = row.value(column, type);
            if (value != null) {
                for (Object operand : operands) {
                    if (type.compare(value, operand) == 0) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** Printed like the pattern. */
    record Like(ValueType type, LikePattern pattern) implements Predicate {
        @Override
        public boolean holds(FilterRow row, int column) {
            String text = row.text(column);
            return text != null && pattern.matches(type.printed(text));
        }
    }

    /** SQL NULL. */
    record IsNull() implements Predicate {
        @Override
        public boolean holds(FilterRow row, int column) {
            return row.text(column) == null;
        }
    }
}
