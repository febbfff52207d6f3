package dev.ghee.realtime.policy.compiler;

import dev.ghee.realtime.policy.access.TableAccess;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A type whose values are compared here as Postgres does. Values are String (text, uuid in its canonical form, enum
 * labels), Long (integers, and dates and times on their own scale), {@link PgNumber}, Boolean, or JSON.
 */
sealed interface SqlType {
    enum Scalar implements SqlType {
        UUID,
        INT2,
        INT4,
        INT8,
        NUMERIC,
        BOOL,
        DATE,
        TIMESTAMP,
        TIMESTAMPTZ,
        JSON,
        JSONB
    }

    /**
     * {@code text} or {@code varchar}.
     *
     * @param collation {@code default}, {@code C}, or another deterministic one, which says only that equal is equal
     */
    record Text(String collation) implements SqlType {
        static final String DEFAULT_COLLATION = "default";
        static final String C_COLLATION = "C";
        static final Text DEFAULT = new Text(DEFAULT_COLLATION);
    }

    /** An enum; its values are only told apart, not ordered. */
    record Enumeration(String name, Set<String> labels) implements SqlType {
        public Enumeration {
            labels = Set.copyOf(labels);
        }
    }

    /** By Postgres' name of it; empty for those that are not known here. */
    static Optional<SqlType> named(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "text", "character varying" -> Text.DEFAULT;
                    case "uuid" -> Scalar.UUID;
                    case "smallint" -> Scalar.INT2;
                    case "integer" -> Scalar.INT4;
                    case "bigint" -> Scalar.INT8;
                    case "numeric" -> Scalar.NUMERIC;
                    case "boolean" -> Scalar.BOOL;
                    case "date" -> Scalar.DATE;
                    case "timestamp without time zone" -> Scalar.TIMESTAMP;
                    case "timestamp with time zone" -> Scalar.TIMESTAMPTZ;
                    case "json" -> Scalar.JSON;
                    case "jsonb" -> Scalar.JSONB;
                    default -> null;
                });
    }

    /** The type of a column; empty for those that are not known here. */
    static Optional<SqlType> of(TableAccess.Column column) {
        List<String> labels = column.labels();
        if (labels != null) {
            return Optional.of(new Enumeration(column.typeName(), Set.copyOf(labels)));
        }
        Optional<SqlType> named = named(column.typeName());
        if (named.isPresent() && named.get() instanceof Text) {
            // Where different texts can be equal, nothing is known here.
            return column.collation().equals("nondeterministic")
                    ? Optional.empty()
                    : Optional.of(new Text(column.collation()));
        }
        return named;
    }

    default boolean isInteger() {
        return this == Scalar.INT2 || this == Scalar.INT4 || this == Scalar.INT8;
    }

    default boolean isJson() {
        return this == Scalar.JSON || this == Scalar.JSONB;
    }

    /** Whether equal values have equal texts, so that one can be looked up by its text. */
    default boolean hasOneTextPerValue() {
        return this instanceof Text || this == Scalar.UUID || isInteger() || this instanceof Enumeration;
    }

    /**
     * The value that a text stands for: a constant's, or a column's in Postgres' canonical form.
     *
     * @throws EvaluationException when it is not one that Postgres prints
     */
    default Object decode(String text) {
        try {
            return switch (this) {
                case Scalar scalar -> decode(scalar, text);
                case Text _ -> text;
                case Enumeration(String name, Set<String> labels) -> {
                    if (!labels.contains(text)) {
                        throw new EvaluationException("a label that " + name + " does not have");
                    }
                    yield text;
                }
            };
        } catch (NumberFormatException e) {
            throw new EvaluationException("not a number");
        }
    }

    private static Object decode(Scalar type, String text) {
        return switch (type) {
            case UUID -> PgUuid.canonical(text);
            case INT2, INT4, INT8 -> Long.valueOf(text);
            case NUMERIC -> PgNumber.parse(text);
            case BOOL -> PgBoolean.parse(text);
            case DATE -> PgMoment.date(text);
            case TIMESTAMP -> PgMoment.timestamp(text);
            case TIMESTAMPTZ -> PgMoment.timestampWithZone(text);
            case JSON, JSONB -> throw new EvaluationException("JSON in a column");
        };
    }
}
