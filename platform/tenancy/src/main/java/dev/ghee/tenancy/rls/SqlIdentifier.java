package dev.ghee.tenancy.rls;

import java.nio.charset.StandardCharsets;

/**
 * A name of a table, column or type that is spliced into SQL. Any name that Postgres can store is allowed; {@link
 * #quoted()} is the only form that may enter a statement.
 */
public record SqlIdentifier(String name) {
    /** Longest name that Postgres keeps whole, in bytes of UTF-8. */
    public static final int MAX_BYTES = 63;

    /** Fails with {@link IllegalArgumentException} when no object in Postgres can have this name. */
    public SqlIdentifier {
        if (!isValid(name)) {
            throw new IllegalArgumentException("Not a name that Postgres can hold");
        }
    }

    public static boolean isValid(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_BYTES
                && name.indexOf('\0') < 0
                && name.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    /** In double quotes, with those inside doubled. */
    public String quoted() {
        return quote(name);
    }

    /** Same as {@code new SqlIdentifier(name).quoted()}. */
    public static String quote(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException("Not a name that Postgres can hold");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return quoted();
    }
}
