package dev.ghee.control.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Case 26 of reliability.md: injection through expressions. */
class SqlExpressionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "-1.5e3",
                "now()",
                "gen_random_uuid()",
                "'draft'",
                "'it''s; -- fine /* here */ $$ ('",
                "'{\"a\": [1]}'::jsonb",
                "ARRAY['a','b']::text[]",
                "now() + interval '7 days'",
                "CURRENT_TIMESTAMP",
                "user_id = current_user_id()::uuid",
                "\"user_id\" = (current_user_id())::uuid AND published",
                "room_id IN (SELECT room_id FROM members m WHERE m.user_id = current_user_id())",
                "EXISTS (SELECT 1 FROM members WHERE (members.a, members.b) = (1, 2))",
                "tags @> ARRAY['x'] OR meta ->> 'k' = 'v' OR meta #> '{a,b}' IS NULL",
                "current_setting('request.jwt.claims', true)::json ->> 'role' = 'admin'",
                "a[1:2] = b AND system = 'x' AND \"do\" = 1",
                "ghee = 1"
            })
    void takesOrdinaryExpressions(String text) {
        assertThatCode(() -> SqlExpression.parse(text)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "1); drop table x; --",
                "1; drop table x",
                "true) WITH CHECK (true",
                "true) TO PUBLIC USING (true",
                "(true",
                "true)",
                "(a]",
                "[a)",
                "1, x int",
                "true -- rest",
                "true --",
                "true /* rest */",
                "tru/**/e",
                "a --1 = 2",
                "$$x$$ = 'x'",
                "$a$x$a$ = 'x'",
                "$1",
                "a$b",
                "'open",
                "\"open",
                "'it\\' or true; --'' x",
                "E'\\'' = 'x'",
                "e'\\047'",
                "U&'\\0061'",
                "U&\"\\0061\"",
                "b'1'",
                "x'1f'",
                "n'x'",
                "a\"b\"",
                "\"a\"\"b\"",
                "\"\" = 1",
                "\"Pg_Class\" = 1",
                "1pg_sleep",
                "1a",
                "a \\ b",
                "{fn now()}",
                "a ` b",
                "naïve = 1",
                "a\u00a0= 1",
                "'a\u0000b'",
                "a\u0000b",
                "pg_sleep(10) IS NULL",
                "PG_SLEEP(10) IS NULL",
                "\"pg_sleep\"(10) IS NULL",
                "pg_catalog.pg_sleep(1) IS NULL",
                "pg_terminate_backend(1)",
                "pg_read_file('/etc/passwd') = ''",
                "exists (select 1 from pg_authid)",
                "exists (select 1 from information_schema.tables)",
                "set_config('role', 'ghee_owner', true) = ''",
                "lo_import('/etc/passwd') > 0",
                "lowrite(1, 'x') > 0",
                "dblink_exec('x', 'y') = ''",
                "query_to_xml('select 1', true, true, '') is null",
                "table_to_xml('ghee.users', true, true, '') is null",
                "database_to_xml_and_xmlschema(true, true, '') is null",
                "ts_stat('select 1') is null",
                "ts_rewrite('a', 'select 1') is null",
                "setval('s', 1) > 0",
                "txid_current() > 0",
                "current_query() = ''",
                "exists (select 1 from ghee.users)",
                "exists (select 1 from GHEE . users)",
                "exists (select 1 from \"ghee\".\"users\")",
                "exists (select 1 from ghee\n.users)",
                "exists (select 1 from app_x.ghee.users)",
                "a OPERATOR(pg_catalog.=) b"
            })
    void refusesWhateverCouldLeaveItsParenthesesOrTheRow(String text) {
        assertThatThrownBy(() -> SqlExpression.parse(text)).isInstanceOf(SqlExpression.UnsafeException.class);
    }

    @Test
    void refusesDeepNestingAndLength() {
        assertThatThrownBy(() -> SqlExpression.parse("(".repeat(60) + "1" + ")".repeat(60)))
                .hasMessageContaining("deeply");
        assertThatThrownBy(() -> SqlExpression.parse("1" + " + 1".repeat(5000))).hasMessageContaining("longer");
    }

    @Test
    void knowsWhatIsCalled() throws SqlExpression.UnsafeException {
        assertThat(SqlExpression.parse("Foo (a, \"bar\"(b)) = c").calls()).containsExactlyInAnyOrder("foo", "bar");
    }
}
