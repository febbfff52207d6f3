package dev.ghee.realtime.filter;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a condition asks of a value. Named as in the data API, which has full-text search besides. */
enum Operator {
    EQ("eq"),
    NEQ("neq"),
    GT("gt"),
    GTE("gte"),
    LT("lt"),
    LTE("lte"),
    LIKE("like"),
    ILIKE("ilike"),
    IN("in"),
    IS("is");

    private static final Map<String, Operator> BY_NAME =
            Stream.of(values()).collect(Collectors.toMap(operator -> operator.wireName, Function.identity()));

    private final String wireName;

    Operator(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }

    static @Nullable Operator named(String wireName) {
        return BY_NAME.get(wireName);
    }

    /** Whether it asks which of two values is greater. */
    boolean isOrder() {
        return switch (this) {
            case GT, GTE, LT, LTE -> true;
            case EQ, NEQ, LIKE, ILIKE, IN, IS -> false;
        };
    }
}
