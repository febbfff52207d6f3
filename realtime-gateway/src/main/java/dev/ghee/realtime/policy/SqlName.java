package dev.ghee.realtime.policy;

/** Names that come from the catalogue, made safe to stand in SQL. */
final class SqlName {
    private SqlName() {}

    static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }
}
