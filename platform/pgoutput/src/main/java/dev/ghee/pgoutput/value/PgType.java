package dev.ghee.pgoutput.value;

/**
 * How a column's values are coded; what decoding needs to know of a Postgres type. A domain has the type of its base,
 * because Postgres sends it so. Find one with {@link TypeCatalog}.
 */
public sealed interface PgType {

    /** A type whose binary form is understood. */
    enum Scalar implements PgType {
        BOOL,
        INT2,
        INT4,
        INT8,
        OID,
        FLOAT4,
        FLOAT8,
        NUMERIC,
        /** Everything whose binary form is its text: text, varchar, bpchar, name, enums, citext, xml, unknown. */
        TEXT,
        /** The one-byte type {@code "char"}. */
        CHAR,
        UUID,
        DATE,
        TIME,
        TIMETZ,
        TIMESTAMP,
        TIMESTAMPTZ,
        INTERVAL,
        JSON,
        JSONB,
        BYTEA,
        /** pgvector's {@code vector}. */
        VECTOR
    }

    /** An array with any number of dimensions, its elements separated by commas. */
    record Array(PgType element) implements PgType {}

    /**
     * A type without a codec (composite, range, geometric …). Its text form can be rendered, its binary form cannot: a
     * table with such a column needs a slot opened with {@code binary 'false'}.
     *
     * @param name as the catalogue has it, for messages to operators
     */
    record Unsupported(int oid, String name) implements PgType {}

    /** Whether values in binary form can be rendered. */
    default boolean hasBinaryCodec() {
        return switch (this) {
            case Scalar _ -> true;
            case Array(PgType element) -> element.hasBinaryCodec();
            case Unsupported _ -> false;
        };
    }
}
