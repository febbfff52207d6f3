package dev.ghee.control.schema;

import dev.ghee.tenancy.rls.SqlIdentifier;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Names that a schema document may give, and the names made from them. */
public final class DslName {
    /** Postgres cuts longer names off, so that two of them could become one. */
    static final int MAX_BYTES = 63;

    private static final Pattern SHAPE = Pattern.compile("[a-z_][a-z0-9_]*");

    private DslName() {}

    /** Whether an app may give this name to a table, column, index or policy. */
    public static boolean isValid(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_BYTES
                && SHAPE.matcher(name).matches();
    }

    /** A table of the app, with its schema. */
    public static String table(String name) {
        return "public." + SqlIdentifier.quote(name);
    }

    /**
     * A name made from others, such as {@code fk_posts_author_id}; too long a one is cut and told apart by a checksum,
     * the same each time.
     */
    public static String derived(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return name;
        }
        var checksum = new CRC32();
        checksum.update(bytes);
        return name.substring(0, MAX_BYTES - 9) + "_" + String.format("%08x", checksum.getValue());
    }

    /** The text as a string constant; relies on {@code standard_conforming_strings}, which our connections set. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
