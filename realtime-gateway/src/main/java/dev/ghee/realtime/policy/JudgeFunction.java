package dev.ghee.realtime.policy;

import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.access.TableAccess.Definition;
import dev.ghee.realtime.policy.access.TableAccess.Rule;
import dev.ghee.realtime.subscription.Role;

/**
 * The server-side function that judges row images of one table: for each viewer in turn it takes on the role and the
 * claims, and evaluates the policies over all images.
 *
 * <p>It must be a loop. In one joined statement, STABLE functions such as {@code current_user_id()} and uncorrelated
 * subqueries are evaluated once, with one viewer's claims, for all viewers. As part of a function, the policy is
 * planned once per session, not once per viewer.
 *
 * <p>It first compares the catalogue with the version it was made for, so a policy is in force from its commit on. The
 * caller's own rights are those of the authenticator, which may become any request role anyway; the function gives
 * nothing to anybody who calls it.
 */
record JudgeFunction(TableAccess access) {
    static final String SCHEMA = "ghee_realtime";
    /** Grows with every change of the generated text. */
    private static final String FORMAT = "2";

    private static final int VERSION_DIGITS = 16;

    /** Names both the table and what it was made for, so that an older gateway's is never mistaken for it. */
    String name() {
        return prefix(access.relationOid()) + FORMAT + "_" + access.version().substring(0, VERSION_DIGITS);
    }

    static String prefix(int relationOid) {
        return "judge_" + Integer.toUnsignedString(relationOid) + "_";
    }

    /** One row per viewer who sees anything, its index from 1 and a digit per image; or one row with index -1: outdated. */
    String call() {
        return "SELECT ghee_viewer, ghee_bits FROM " + SCHEMA + "." + SqlName.identifier(name()) + "(?, ?, ?, ?, ?)";
    }

    /** Creates the function; only the gateway's login may call it. */
    String create() {
        String qualified = SCHEMA + "." + SqlName.identifier(name()) + "(text[], text[], text[], text[], boolean)";
        return "CREATE OR REPLACE FUNCTION " + SCHEMA + "." + SqlName.identifier(name()) + HEADER
                + SqlName.literal(body())
                + ";\nREVOKE ALL ON FUNCTION " + qualified + " FROM PUBLIC"
                + ";\nGRANT EXECUTE ON FUNCTION " + qualified + " TO ghee_authenticator";
    }

    private static final String HEADER = """
            (ghee_images text[], ghee_roles text[], ghee_subjects text[], ghee_claims text[], ghee_tolerant boolean)
            RETURNS TABLE (ghee_viewer int, ghee_bits text)
            LANGUAGE plpgsql VOLATILE AS""";

    private String body() {
        Definition definition = access.definition();
        String table = SqlName.identifier(definition.schema()) + "." + SqlName.identifier(definition.table());
        return BODY.replace("$TABLE$", table)
                .replace("$VERSION_QUERY$", TableAccessStore.versionOf(access.relationOid()))
                .replace("$VERSION$", access.version())
                .replace("$CASES$", cases());
    }

    private String cases() {
        // A CASE needs a WHEN, also when no role has a condition.
        var cases = new StringBuilder("WHEN '' THEN NULL;\n");
        for (Role role : Role.values()) {
            if (access.ruleFor(role, false) instanceof Rule.Condition(String expression, var _)) {
                cases.append("WHEN ")
                        .append(SqlName.literal(role.database()))
                        .append(" THEN ghee_bits := (SELECT string_agg(CASE WHEN (")
                        .append(expression)
                        .append(") THEN '1' ELSE '0' END, '') FROM unnest(ghee_rows) AS ")
                        .append(SqlName.identifier(access.definition().table()))
                        .append(");\n");
            }
        }
        return cases.toString();
    }

    /**
     * The tolerant form lets the policy fail for one viewer without failing for all; its subtransactions make it slow.
     */
    private static final String BODY = """

            #variable_conflict use_column
            DECLARE
              ghee_rows $TABLE$[];
              ghee_path text := current_setting('search_path');
              ghee_version text;
            BEGIN
              PERFORM set_config('search_path', '', true);
              ghee_version := ($VERSION_QUERY$);
              PERFORM set_config('search_path', ghee_path, true);
              IF ghee_version IS DISTINCT FROM '$VERSION$' THEN
                ghee_viewer := -1;
                ghee_bits := '';
                RETURN NEXT;
                RETURN;
              END IF;
              ghee_rows := ARRAY(SELECT ghee_image::$TABLE$ FROM unnest(ghee_images) AS ghee_image);
              FOR ghee_index IN 1 .. cardinality(ghee_subjects) LOOP
                ghee_bits := '';
                IF ghee_tolerant THEN
                  BEGIN
                    PERFORM set_config('role', ghee_roles[ghee_index], true),
                      set_config('app.role', ghee_roles[ghee_index], true),
                      set_config('request.jwt.claim.sub', ghee_subjects[ghee_index], true),
                      set_config('request.jwt.claims', ghee_claims[ghee_index], true);
                    CASE ghee_roles[ghee_index]
                    $CASES$ELSE NULL;
                    END CASE;
                  EXCEPTION WHEN OTHERS THEN
                    ghee_bits := 'x';
                  END;
                ELSE
                  PERFORM set_config('role', ghee_roles[ghee_index], true),
                    set_config('app.role', ghee_roles[ghee_index], true),
                    set_config('request.jwt.claim.sub', ghee_subjects[ghee_index], true),
                    set_config('request.jwt.claims', ghee_claims[ghee_index], true);
                  CASE ghee_roles[ghee_index]
                  $CASES$ELSE NULL;
                  END CASE;
                END IF;
                IF position('1' IN ghee_bits) > 0 OR ghee_bits = 'x' THEN
                  ghee_viewer := ghee_index;
                  RETURN NEXT;
                END IF;
              END LOOP;
            END""";
}
