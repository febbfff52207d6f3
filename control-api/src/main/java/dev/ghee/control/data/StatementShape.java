package dev.ghee.control.data;

import java.util.List;

/** All that decides the text of a statement; what is not here is a parameter. Names are those of existing columns. */
sealed interface StatementShape {

    /** A filter without its value. */
    record Condition(String column, Operator operator) {}

    /** One term of ORDER BY. */
    record Order(String column, boolean descending) {}

    /**
     * A page of rows as one JSON array, and how many they are. {@code limit} is part of the text, because Postgres
     * plans a known limit far better than an unknown one; {@code offset} is a parameter when true.
     */
    record Page(List<String> columns, List<Condition> where, List<Order> orderBy, int limit, boolean offset)
            implements StatementShape {}

    /** How many rows match. */
    record Count(List<Condition> where) implements StatementShape {}

    /** One row by primary key. */
    record Get(List<String> columns) implements StatementShape {}

    /** Rows with these columns set, from one JSON array; one answer row each, in order. */
    record Insert(List<String> columns) implements StatementShape {}

    /** One row by primary key. */
    record Update(List<String> columns) implements StatementShape {}

    /** All that match, up to {@code limit}; beyond it, nothing is changed. */
    record UpdateWhere(List<String> columns, List<Condition> where, int limit) implements StatementShape {}

    /** One row by primary key. */
    record Delete() implements StatementShape {}

    /** All that match. */
    record DeleteWhere(List<Condition> where) implements StatementShape {}
}
