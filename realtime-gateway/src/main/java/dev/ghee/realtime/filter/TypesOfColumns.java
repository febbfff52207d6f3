package dev.ghee.realtime.filter;

import java.util.Map;

/**
 * How values compare, by type oid: the built-in types, and those of one database that were known when a subscription
 * was made.
 *
 * @param own enums, domains and extension types
 */
record TypesOfColumns(Map<Integer, ValueType> own) {
    static final TypesOfColumns BUILTIN = new TypesOfColumns(Map.of());

    TypesOfColumns {
        own = Map.copyOf(own);
    }

    ValueType type(int oid) {
        ValueType known = own.get(oid);
        return known == null ? ValueType.builtin(oid) : known;
    }
}
