package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Case 26 of reliability.md: whatever text passes {@link SqlExpression}, Postgres either refuses the statement that it is
 * spliced into or takes it as one expression in its place.
 */
class SqlExpressionFuzzIT {
    private static final int TEXTS = Integer.getInteger("ghee.test.texts", 40_000);
    private static final long SEED = Long.getLong("ghee.test.seed", System.nanoTime());
    private static final String[] PIECES = {
        "'",
        "''",
        "\"",
        "\"a\"",
        "(",
        ")",
        "[",
        "]",
        ";",
        "--",
        "-",
        "/*",
        "*/",
        "/",
        "*",
        "$$",
        "$a$",
        "$1",
        "E'",
        "e",
        "U&'",
        "\\",
        "\\'",
        "1",
        "1.5",
        "a",
        "true",
        ",",
        "::text",
        "::",
        " ",
        " ",
        "\n",
        " OR ",
        " = ",
        "null",
        "now()",
        "drop table victim",
        "x int",
        " NOT NULL",
        " CHECK (true)",
        " UNIQUE",
        " PRIMARY KEY",
        " REFERENCES victim",
        " WITH CHECK (true)",
        " TO PUBLIC",
        " USING (true)",
        "SELECT 1",
        "COLLATE \"C\"",
        "\u00e9",
        "{",
        "}",
        "lower('A')",
    };

    private final Random random = new Random(SEED);
    private int accepted;

    @Test
    void whatPassesStaysInItsParentheses() throws SQLException {
        System.out.println("ghee.test.seed=" + SEED);
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.connect();
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE victim (id int PRIMARY KEY)");
            sql.execute("CREATE TABLE guarded (a boolean)");
            Savepoint clean = connection.setSavepoint();
            int planted = 0;
            for (int i = 0; i < TEXTS; i++) {
                String text = text();
                if (isSafe(text)) {
                    planted += plant(sql, text) ? 1 : 0;
                    connection.rollback(clean);
                }
            }
            assertThat(accepted).as("texts that pass").isGreaterThan(100);
            assertThat(planted).as("texts that Postgres takes").isGreaterThan(20);
        }
    }

    private String text() {
        var text = new StringBuilder();
        int pieces = 1 + random.nextInt(6);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private boolean isSafe(String text) {
        try {
            SqlExpression.parse(text);
            accepted++;
            return true;
        } catch (SqlExpression.UnsafeException e) {
            return false;
        }
    }

    /** True if Postgres took it as a default or a condition. */
    private static boolean plant(Statement sql, String text) throws SQLException {
        Savepoint before = sql.getConnection().setSavepoint();
        boolean taken = false;
        try {
            sql.execute("CREATE TABLE planted (x text DEFAULT (" + text + "))");
            taken = true;
        } catch (SQLException refused) {
            sql.getConnection().rollback(before);
        }
        if (taken) {
            assertThat(number(
                            sql,
                            "SELECT count(*) FROM pg_attribute WHERE attrelid = 'planted'::regclass AND attnum > 0"
                                    + " AND NOT attnotnull"))
                    .as(text)
                    .isEqualTo(1);
            assertThat(number(sql, "SELECT count(*) FROM pg_constraint WHERE conrelid = 'planted'::regclass"))
                    .as(text)
                    .isZero();
        }
        before = sql.getConnection().setSavepoint();
        try {
            sql.execute("CREATE POLICY p ON guarded FOR ALL TO butterbase_anon USING (" + text + ")");
        } catch (SQLException refused) {
            sql.getConnection().rollback(before);
            assertThat(number(sql, "SELECT count(*) FROM victim")).as(text).isZero();
            return taken;
        }
        assertThat(number(
                        sql,
                        "SELECT count(*) FROM pg_policies WHERE roles = '{butterbase_anon}' AND with_check IS NULL"))
                .as(text)
                .isEqualTo(1);
        assertThat(number(sql, "SELECT count(*) FROM victim")).as(text).isZero();
        return true;
    }

    private static int number(Statement sql, String query) throws SQLException {
        try (ResultSet row = sql.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
