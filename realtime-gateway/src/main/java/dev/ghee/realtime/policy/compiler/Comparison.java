package dev.ghee.realtime.policy.compiler;

import org.jspecify.annotations.Nullable;

/** Two values of types that compare with each other. */
record Comparison(Operator operator, Node left, Node right) implements Node.Condition {
    enum Operator {
        EQUAL,
        NOT_EQUAL,
        LESS,
        AT_MOST,
        GREATER,
        AT_LEAST
    }

    @Override
    public int sources() {
        return left.sources() | right.sources();
    }

    @Override
    public Truth truth(Scope scope) {
        Object a = left.value(scope);
        Object b = right.value(scope);
        if (a == null || b == null) {
            return Truth.UNKNOWN;
        }
        return Truth.of(
                switch (operator) {
                    case EQUAL -> equal(a, b);
                    case NOT_EQUAL -> !equal(a, b);
                    case LESS -> order(a, b) < 0;
                    case AT_MOST -> order(a, b) <= 0;
                    case GREATER -> order(a, b) > 0;
                    case AT_LEAST -> order(a, b) >= 0;
                });
    }

    private static boolean equal(Object a, Object b) {
        requireKnown(a);
        requireKnown(b);
        return a.equals(b);
    }

    private static int order(Object a, Object b) {
        requireKnown(a);
        requireKnown(b);
        return switch (a) {
            case String text -> byCodePoints(text, (String) b);
            case Long number -> number.compareTo((Long) b);
            case PgNumber number -> number.compareTo((PgNumber) b);
            case Boolean truth -> truth.compareTo((Boolean) b);
            default -> throw new IllegalStateException("a value without an order");
        };
    }

    private static void requireKnown(Object value) {
        if (value == ViewerClaims.OPAQUE) {
            throw new EvaluationException("the text of a JSON value");
        }
    }

    /** As the bytes of UTF-8 compare; UTF-16 puts characters beyond the first plane before some of it. */
    private static int byCodePoints(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char c = a.charAt(i);
            char d = b.charAt(i);
            if (c != d) {
                boolean ofPairs = Character.isSurrogate(c) && Character.isSurrogate(d);
                return ofPairs || (!Character.isSurrogate(c) && !Character.isSurrogate(d))
                        ? Character.compare(c, d)
                        : Boolean.compare(Character.isSurrogate(c), Character.isSurrogate(d));
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** {@code IS DISTINCT FROM}. */
    record Distinct(Node left, Node right) implements Node.Condition {
        @Override
        public int sources() {
            return left.sources() | right.sources();
        }

        @Override
        public Truth truth(Scope scope) {
            Object a = left.value(scope);
            Object b = right.value(scope);
            return Truth.of(a == null || b == null ? a != b : !equal(a, b));
        }
    }

    /** {@code NULLIF}. */
    record NullIf(Node operand, Node other) implements Node {
        @Override
        public SqlType type() {
            return operand.type();
        }

        @Override
        public int sources() {
            return operand.sources() | other.sources();
        }

        @Override
        public @Nullable Object value(Scope scope) {
            Object value = operand.value(scope);
            Object unwanted = other.value(scope);
            return value != null && unwanted != null && equal(value, unwanted) ? null : value;
        }
    }
}
