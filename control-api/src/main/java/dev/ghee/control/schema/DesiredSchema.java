package dev.ghee.control.schema;

import java.util.Map;
import java.util.Set;

/**
 * What a schema document asks for.
 *
 * @param dropTables tables that may go; those that are gone already are no matter
 * @param dropColumns by table, columns that may go
 */
record DesiredSchema(Schema schema, Set<String> dropTables, Map<String, Set<String>> dropColumns) {
    DesiredSchema withSchema(Schema other) {
        return new DesiredSchema(other, dropTables, dropColumns);
    }
}
