package dev.ghee.control.data;

import dev.ghee.tenancy.rls.SqlIdentifier;
import java.util.Set;

/**
 * A column of a user's table.
 *
 * @param castType SQL name of its type without length or precision; of a domain, the type beneath
 * @param typeName the type's name in {@code pg_type}; arrays start with an underscore
 */
record Column(SqlIdentifier identifier, String castType, String typeName) {
    /** {@code to_char} cuts to milliseconds, as clients that parse into a JavaScript Date do. */
    private static final String TIME_FORMAT = "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'";

    private static final String DATE_FORMAT = "'YYYY-MM-DD\"T00:00:00.000Z\"'";
    private static final Set<String> TEXT_TYPES = Set.of("text", "varchar", "bpchar", "citext", "name");
    private static final Set<String> AS_TEXT = Set.of("int8", "numeric", "_int8", "_numeric");
    private static final Set<String> RENDERED_ELEMENTS = Set.of("timestamptz", "timestamp", "date", "bytea");

    String name() {
        return identifier.name();
    }

    boolean isText() {
        return TEXT_TYPES.contains(typeName);
    }

    boolean isJson() {
        return typeName.equals("json") || typeName.equals("jsonb");
    }

    boolean isBoolean() {
        return typeName.equals("bool");
    }

    boolean isBytes() {
        return typeName.equals("bytea");
    }

    boolean isUuid() {
        return typeName.equals("uuid");
    }

    boolean isSearchVector() {
        return typeName.equals("tsvector");
    }

    /**
     * The expression that {@code row_to_json} writes as the contract wants this column: int8 and numeric as strings,
     * times as ISO 8601 in UTC with milliseconds, bytes as a Node Buffer, all else as it is.
     */
    String rendered(String alias) {
        String value = alias + "." + identifier.quoted();
        if (AS_TEXT.contains(typeName)) {
            return value + (typeName.startsWith("_") ? "::text[]" : "::text");
        }
        if (RENDERED_ELEMENTS.contains(typeName)) {
            return rendered(typeName, value);
        }
        if (typeName.startsWith("_") && RENDERED_ELEMENTS.contains(typeName.substring(1))) {
            return "CASE WHEN " + value + " IS NOT NULL THEN ARRAY(SELECT "
                    + rendered(typeName.substring(1), "element.value") + " FROM unnest(" + value
                    + ") WITH ORDINALITY AS element(value, position) ORDER BY element.position) END";
        }
        return value;
    }

    /** Outside the years 1 to 9999, and for the infinities, Postgres' own text. */
    private static String rendered(String type, String value) {
        return switch (type) {
            case "timestamptz" ->
                "CASE WHEN " + value + " >= timestamptz '0001-01-01 00:00:00+00' AND " + value
                        + " < timestamptz '10000-01-01 00:00:00+00' THEN to_char(" + value + " AT TIME ZONE 'UTC', "
                        + TIME_FORMAT + ") ELSE " + value + "::text END";
            case "timestamp" ->
                "CASE WHEN " + value + " >= timestamp '0001-01-01 00:00:00' AND " + value
                        + " < timestamp '10000-01-01 00:00:00' THEN to_char(" + value + ", " + TIME_FORMAT + ") ELSE "
                        + value + "::text END";
            case "date" ->
                "CASE WHEN " + value + " >= date '0001-01-01' AND " + value + " < date '10000-01-01' THEN to_char("
                        + value + ", " + DATE_FORMAT + ") ELSE " + value + "::text END";
            case "bytea" ->
                "CASE WHEN " + value + " IS NOT NULL THEN json_build_object('type', 'Buffer', 'data',"
                        + " ARRAY(SELECT get_byte(" + value + ", at) FROM generate_series(0, octet_length(" + value
                        + ") - 1) AS at)) END";
            default -> value;
        };
    }
}
