package dev.ghee.realtime.policy.compiler;

import static dev.ghee.realtime.policy.compiler.Tables.compile;
import static dev.ghee.realtime.policy.compiler.Tables.compiled;
import static dev.ghee.realtime.policy.compiler.Tables.groups;
import static dev.ghee.realtime.policy.compiler.Tables.members;
import static dev.ghee.realtime.policy.compiler.Tables.relation;
import static dev.ghee.realtime.policy.compiler.Tables.seen;
import static dev.ghee.realtime.policy.compiler.Tables.t;
import static dev.ghee.realtime.policy.compiler.Tables.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ghee.realtime.policy.relation.Relation;
import dev.ghee.realtime.subscription.Groups;
import dev.ghee.realtime.subscription.Role;
import dev.ghee.realtime.subscription.Viewer;
import dev.ghee.realtime.subscription.ViewerKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions are as Postgres 15 prints them. */
class PolicyCompilerTest {
    private static final String UUID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
    private static final String ROOMS = """
            (room IN ( SELECT m.room
               FROM public.members m
              WHERE (m.user_id = public.current_user_id())))""";
    private static final String IN_ROOM = """
            (EXISTS ( SELECT 1
               FROM public.members m
              WHERE ((m.room = t.room) AND (m.user_id = public.current_user_id()))))""";
    private static final Groups TWO = groups(user("ada"), user("bob"), Viewer.ANONYMOUS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(owner_id = public.current_user_id())",
                "(owner_id = ( SELECT public.current_user_id() AS current_user_id))",
                "(owner_id = NULLIF(current_setting('request.jwt.claim.sub'::text, true), ''::text))",
                "(((current_setting('request.jwt.claims'::text, true))::json ->> 'sub'::text) = owner_id)",
                "(( SELECT ((current_setting('request.jwt.claims'::text, true))::jsonb ->> 'sub'::text)) = owner_id)",
                "(owner_id = ANY (ARRAY[public.current_user_id(), 'x'::text]))",
                "((owner_id = public.current_user_id()) IS TRUE)",
                "((owner_id)::text = ((public.current_user_id())::character varying)::text)"
            })
    void anOwnersRowIsSeenByItsOwnerAlone(String expression) {
        CompiledRule rule = compiled(t(expression));
        assertThat(seen(rule, TWO, Map.of(), "owner_id", "bob")).containsExactly(1);
        assertThat(seen(rule, TWO, Map.of(), "owner_id", null)).isEmpty();
        assertThat(rule.reach()).isNotInstanceOf(Reach.Everybody.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(n = ANY (ARRAY[1, 2, NULL::integer])); 2; true",
                "(n = ANY (ARRAY[1, 2, NULL::integer])); 3; false",
                "(NOT (n = ANY (ARRAY[1, NULL::integer]))); 3; false",
                "(n <> ALL (ARRAY[1, 2])); 3; true",
                "(n <> ALL (ARRAY[1, 2])); ; false",
                "((n >= 1) AND (n <= 3)); 3; true",
                "((n > 1) IS NOT FALSE); ; true",
                "((n > 1) IS UNKNOWN); ; true",
                "(n IS DISTINCT FROM 4); ; true",
                "(NOT (n IS DISTINCT FROM 4)); 4; true",
                "((n)::numeric > 3.5); 4; true",
                "((n)::text = '4'::text); 4; true",
                "(n = '-5'::integer); -5; true",
                "(n < '30000000000'::bigint); 5; true",
                "NULL::boolean; 5; false",
                "true; ; true",
                "((n IS NULL) OR (n = 5)); ; true"
            })
    void aConditionOnTheRowAloneIsForEverybody(String expression, @Nullable String n, boolean seen) {
        assertThat(seen(compiled(t(expression)), TWO, Map.of(), "n", n)).hasSize(seen ? 2 : 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(nu = 1.5); nu; 1.50; true",
                "(nu > '10000000000'::numeric); nu; NaN; true",
                "(nu = 'NaN'::numeric); nu; NaN; true",
                "(nu < 0.5); nu; -Infinity; true",
                "(b IS NOT TRUE); b; f; true",
                "(b = true); b; t; true",
                "(at > '2020-01-01 08:00:00+00'::timestamp with time zone); at; 2020-01-01 08:00:00.000001+00; true",
                "(at = '2020-01-01 08:00:00+02'::timestamp with time zone); at; 2020-01-01 06:00:00+00; true",
                "(at > '2020-01-01 08:00:00+00'::timestamp with time zone); at; infinity; true",
                "(c > 'Z'::text); c; a; true",
                "(c < '\uFFFD'::text); c; \uD83D\uDE00; false",
                "(mood = 'sad'::public.mood); mood; sad; true",
                "(mood <> 'sad'::public.mood); mood; renamed; false",
                "(ow = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid); ow; a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11; true",
            })
    void typesCompareAsTheirOwn(String expression, String column, String value, boolean seen) {
        assertThat(seen(compiled(t(expression)), TWO, Map.of(), column, value)).hasSize(seen ? 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(owner_id > 'a'::text)",
                "(ci = 'a'::text)",
                "(doc IS NULL)",
                "(gen = 1)",
                "(owner_id ~~ 'a%'::text)",
                "(owner_id = lower('A'::text))",
                "((owner_id)::uuid = ow)",
                "((i8)::integer = n)",
                "(at > now())",
                "(owner_id = ('a'::text COLLATE \"C\"))",
                "(t.* IS NOT NULL)",
                "(ctid IS NOT NULL)",
                "(n OPERATOR(public.=) 1)",
                "((n + 1) > 2)",
                "(CURRENT_USER = owner_id)",
                "\nCASE\n    WHEN b THEN (n = 1)\n    ELSE false\nEND",
                "(owner_id = evil.current_user_id())",
                "(owner_id = current_setting('my.setting'::text, true))",
                "(n = ANY ('{1,2}'::integer[]))",
                "((room, n) IN ( SELECT m.room, m.lvl FROM public.members m))",
                "(EXISTS ( SELECT 1 FROM (public.members m JOIN public.t t2 ON ((t2.id = m.room)))))",
                "(EXISTS ( SELECT 1 FROM public.members m WHERE (m.user_id = public.current_user_id()) LIMIT 1))",
                "(EXISTS ( SELECT 1 FROM public.nowhere m WHERE (m.user_id = public.current_user_id())))",
                "(( SELECT count(*) AS count FROM public.members m) > 0)",
                "(owner_id = 'a'",
                "(owner_id = 'a'::text) (",
                "mood = 'x'::public.other"
            })
    void whatIsNotKnownToMeanTheSameFallsBack(String expression) {
        assertThat(compile(t(expression), members(false))).isInstanceOf(Compilation.Fallback.class);
    }

    @Test
    void aFunctionOfThePlatformsNameThatIsNotItsOwnFallsBack() {
        var ours = t("(owner_id = public.current_user_id())");
        var definition = ours.definition();
        var theirs = new dev.ghee.realtime.policy.access.TableAccess(
                1,
                "v",
                new dev.ghee.realtime.policy.access.TableAccess.Definition(
                        "public", "t", true, true, false, true, definition.columns(), definition.policies()));
        assertThat(compile(theirs)).isInstanceOf(Compilation.Fallback.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc999c0b4ef8bb6d6bb9bd380a11}", UUID})
    void aUuidIsFoundInEverySpelling(String subject) {
        CompiledRule rule = compiled(t("(ow = (public.current_user_id())::uuid)"));
        assertThat(seen(rule, groups(user("x"), user(subject)), Map.of(), "ow", UUID))
                .containsExactly(1);
    }

    @Test
    void aViewerWhomTheDatabaseWouldAnswerWithAnErrorIsDeniedEverything() {
        CompiledRule rule = compiled(t("(b OR (ow = (public.current_user_id())::uuid))"));
        assertThat(seen(rule, groups(user("no uuid"), user(UUID)), Map.of(), "b", "t"))
                .containsExactly(1);
    }

    @Test
    void onlyTheRuleOfTheRoleCounts() {
        CompiledRule rule = compiled(t("(owner_id = public.current_user_id())"));
        Viewer service = new Viewer(Role.SERVICE, "ada", "{}");
        assertThat(seen(rule, groups(service, user("ada")), Map.of(), "owner_id", "ada"))
                .containsExactly(1);
    }

    @Test
    void anOwnersRowIsFoundByTheSubject() {
        CompiledRule rule = compiled(t("(b AND (owner_id = public.current_user_id()))"));
        assertThat(rule.reach())
                .isInstanceOfSatisfying(
                        Reach.When.class,
                        when -> assertThat(when.then())
                                .isInstanceOfSatisfying(
                                        Reach.ByKey.class,
                                        key -> assertThat(key.key()).isEqualTo(new ViewerKey.Subject())));
    }

    @ParameterizedTest
    @ValueSource(strings = {ROOMS, IN_ROOM})
    void membersOfARoomSeeItsRows(String expression) {
        CompiledRule rule = compiled(t(expression), members(false));
        Map<Integer, Relation> relations = relation(row("1", "ada", "0"), row("2", "bob", "0"), row("2", "ada", null));
        assertThat(seen(rule, TWO, relations, "room", "1")).containsExactly(0);
        assertThat(seen(rule, TWO, relations, "room", "2")).containsExactly(0, 1);
        assertThat(seen(rule, TWO, relations, "room", null)).isEmpty();
        assertThat(rule.reach()).isInstanceOf(Reach.ByRelation.class);
    }

    @Test
    void theMembershipTablesOwnPoliciesHoldInASubquery() {
        CompiledRule rule = compiled(t(ROOMS), members(true, "(lvl > 1)"));
        Map<Integer, Relation> relations = relation(row("1", "ada", "1"), row("1", "bob", "2"));
        assertThat(seen(rule, TWO, relations, "room", "1")).containsExactly(1);
        assertThat(seen(compiled(t(ROOMS), members(true)), TWO, relations, "room", "1"))
                .isEmpty();
        assertThat(compile(t(ROOMS), members(true, IN_ROOM))).isInstanceOf(Compilation.Fallback.class);
    }

    @Test
    void aColumnOfTheMembershipTableThatTheRoleMayNotReadDeniesEverybody() {
        String asked = "(b OR (EXISTS ( SELECT 1 FROM public.members m"
                + " WHERE ((m.room = t.room) AND (m.secret = public.current_user_id())))))";
        assertThat(seen(compiled(t(asked), members(false)), TWO, relation(), "b", "t"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 1", ", 0"})
    void notInHasThreeValues(@Nullable String room, int seen) {
        CompiledRule rule = compiled(t("(NOT " + ROOMS + ")"), members(false));
        Groups ada = groups(user("ada"));
        assertThat(seen(rule, ada, relation(row("1", "ada", "0")), "room", room))
                .hasSize(seen);
        assertThat(seen(rule, ada, relation(row("1", "ada", "0"), row(null, "ada", "0")), "room", room))
                .isEmpty();
        assertThat(seen(rule, ada, relation(), "room", room)).hasSize(1);
    }

    private static @Nullable String[] row(@Nullable String... values) {
        return values;
    }
}
