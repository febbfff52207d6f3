package dev.ghee.control.data;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Operators of filters. {@code is} has one per value, as the value is part of the statement. */
enum Operator {
    EQ("eq", "="),
    NEQ("neq", "<>"),
    GT("gt", ">"),
    GTE("gte", ">="),
    LT("lt", "<"),
    LTE("lte", "<="),
    LIKE("like", "LIKE"),
    ILIKE("ilike", "ILIKE"),
    IN("in", ""),
    FTS("fts", ""),
    IS_NULL("is.null", "IS NULL"),
    IS_TRUE("is.true", "IS TRUE"),
    IS_FALSE("is.false", "IS FALSE");

    private static final Map<String, Operator> BY_NAME =
            Stream.of(values()).collect(Collectors.toMap(operator -> operator.wireName, Function.identity()));

    private final String wireName;
    private final String sql;

    Operator(String wireName, String sql) {
        this.wireName = wireName;
        this.sql = sql;
    }

    String sql() {
        return sql;
    }

    /** Whether the filter's value is a parameter of the statement. */
    boolean takesParameter() {
        return switch (this) {
            case IS_NULL, IS_TRUE, IS_FALSE -> false;
            case EQ, NEQ, GT, GTE, LT, LTE, LIKE, ILIKE, IN, FTS -> true;
        };
    }

    /** By the name that clients use, such as {@code gte} or {@code is.null}; null for an unknown one. */
    static @Nullable Operator named(String wireName) {
        return BY_NAME.get(wireName);
    }
}
