package dev.ghee.realtime.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.Contracts;
import dev.ghee.realtime.database.AppConnections;
import dev.ghee.realtime.policy.access.TableAccess;
import dev.ghee.realtime.policy.compiler.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads from the catalogue what decides access to a table, and keeps the table's {@link JudgeFunction}. Blocking. */
final class TableAccessStore {
    /**
     * A policy whose roles include PUBLIC (0) or a role that the request role is a member of applies to it. Run with an
     * empty search path, so that expressions name everything in full.
     */
    private static final String DEFINITION = """
            SELECT jsonb_build_object(
              'schema', n.nspname, 'table', c.relname, 'rls', c.relrowsecurity,
              'plain', c.relkind = 'r' AND c.relpersistence = 'p' AND NOT c.relhassubclass,
              'userId', EXISTS (
                SELECT FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_language l ON l.oid = f.prolang
                WHERE f.oid = to_regprocedure('public.current_user_id()') AND f.prorettype = 'text'::regtype
                  AND l.lanname = 'sql' AND f.provolatile = 's' AND NOT f.prosecdef AND f.proconfig IS NULL
                  AND btrim(f.prosrc) = 'SELECT nullif(current_setting(''request.jwt.claim.sub'', true), '''')'
                  AND has_function_privilege('butterbase_anon', f.oid, 'EXECUTE')
                  AND has_function_privilege('butterbase_user', f.oid, 'EXECUTE')),
              'announced', (
                SELECT count(*) = 2 FROM pg_catalog.pg_event_trigger e
                WHERE e.evtname IN ('ghee_access_changed', 'ghee_access_dropped') AND e.evtenabled = 'A'),
              'columns', coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'name', a.attname, 'type', a.atttypid::bigint, 'modifier', a.atttypmod,
                    'typeName', CASE tn.nspname WHEN 'pg_catalog' THEN format_type(t.oid, NULL)
                                                ELSE tn.nspname || '.' || t.typname END,
                    'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder)
                               FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
                    'collation', CASE WHEN o.oid IS NULL THEN ''
                                      WHEN NOT o.collisdeterministic THEN 'nondeterministic'
                                      WHEN o.collnamespace = 'pg_catalog'::regnamespace AND o.collname = 'default'
                                        THEN 'default'
                                      WHEN o.collnamespace = 'pg_catalog'::regnamespace
                                        AND o.collname IN ('C', 'POSIX') THEN 'C'
                                      ELSE o.oid::text END,
                    'generated', a.attgenerated <> '',
                    'anon', has_column_privilege('butterbase_anon', c.oid, a.attnum, 'SELECT'),
                    'user', has_column_privilege('butterbase_user', c.oid, a.attnum, 'SELECT'),
                    'service', has_column_privilege('butterbase_service', c.oid, a.attnum, 'SELECT'))
                  ORDER BY a.attnum)
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
                LEFT JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
              'policies', coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'name', p.polname, 'permissive', p.polpermissive,
                    'anon', r.anon, 'user', r.user_,
                    'expression', pg_get_expr(p.polqual, p.polrelid),
                    'columns', coalesce((
                      SELECT jsonb_agg(a.attname ORDER BY a.attnum)
                      FROM pg_catalog.pg_attribute a
                      WHERE a.attrelid = p.polrelid AND a.attnum IN (
                        SELECT d.refobjsubid FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
                          AND d.refobjid = p.polrelid AND d.refobjsubid > 0)), '[]'))
                  ORDER BY p.oid)
                FROM pg_catalog.pg_policy p
                CROSS JOIN LATERAL (
                  SELECT bool_or(o = 0 OR pg_has_role('butterbase_anon', o, 'USAGE')) AS anon,
                         bool_or(o = 0 OR pg_has_role('butterbase_user', o, 'USAGE')) AS user_
                  FROM unnest(p.polroles) AS o) r
                WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*')), '[]'))
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = """;

    private static final String OUTDATED = """
            SELECT format('DROP FUNCTION %s', p.oid::regprocedure) FROM pg_catalog.pg_proc p
            WHERE p.pronamespace = 'ghee_realtime'::regnamespace AND starts_with(p.proname, ?) AND p.proname <> ?""";

    private static final String OID = """
            SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ?""";

    private static final ObjectReader READER = Contracts.reader(TableAccess.Definition.class);

    private final AppConnections connections;

    TableAccessStore(AppConnections connections) {
        this.connections = connections;
    }

    /** A scalar query for the version of a table; null when there is no such table. */
    static String versionOf(int relationOid) {
        return "SELECT md5(ghee_d.d::text) FROM (" + DEFINITION + Integer.toUnsignedString(relationOid)
                + ") AS ghee_d(d)";
    }

    /** The table as it is now, with its function in place; empty when it is gone. */
    Optional<TableAccess> prepare(AppState app, int relationOid) throws SQLException {
        try (Connection connection = connections.owner(app);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Two gateways that replace one function at once would fail each other.
            statement.execute("SELECT pg_advisory_xact_lock(hashtext('ghee_realtime'), "
                    + Integer.toUnsignedLong(relationOid) + "::bigint::bit(32)::int)");
            statement.execute("SET LOCAL search_path = ''");
            Optional<TableAccess> access = read(statement, relationOid);
            if (access.isPresent()) {
                install(statement, new JudgeFunction(access.get()));
            }
            connection.commit();
            return access;
        }
    }

    /** The table as it is now; empty when it is gone. */
    static Optional<TableAccess> read(Connection connection, int relationOid) throws SQLException {
        return qualified(connection, statement -> read(statement, relationOid));
    }

    /** The oids of those of these tables that exist. */
    static Map<TableName, Integer> oids(Connection connection, Collection<TableName> names) throws SQLException {
        Map<TableName, Integer> oids = new HashMap<>();
        for (TableName name : names) {
            try (PreparedStatement find = connection.prepareStatement(OID)) {
                find.setString(1, name.schema());
                find.setString(2, name.table());
                try (ResultSet row = find.executeQuery()) {
                    if (row.next()) {
                        oids.put(name, (int) row.getLong(1));
                    }
                }
            }
        }
        return oids;
    }

    /** Whether all these tables are still as they were read. */
    static boolean areCurrent(Connection connection, Collection<TableAccess> tables) throws SQLException {
        String query = tables.stream()
                .map(table -> "(" + versionOf(table.relationOid()) + ") IS NOT DISTINCT FROM '" + table.version() + "'")
                .collect(Collectors.joining(" AND ", "SELECT ", ""));
        return qualified(connection, statement -> {
            try (ResultSet row = statement.executeQuery(query)) {
                return row.next() && row.getBoolean(1);
            }
        });
    }

    /** Something that is asked under an empty search path. */
    private interface Question<T> {
        T ask(Statement statement) throws SQLException;
    }

    private static <T> T qualified(Connection connection, Question<T> question) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL search_path = ''");
            return question.ask(statement);
        } finally {
            // Ends a transaction that only read; also after a failure.
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static Optional<TableAccess> read(Statement statement, int relationOid) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "SELECT d, md5(d::text) FROM (" + DEFINITION + Integer.toUnsignedString(relationOid) + ") AS d(d)")) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(new TableAccess(relationOid, row.getString(2), READER.readValue(row.getString(1))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The catalogue query and its record differ", e);
        }
    }

    private static void install(Statement statement, JudgeFunction function) throws SQLException {
        List<String> drops = new ArrayList<>();
        try (PreparedStatement outdated = statement.getConnection().prepareStatement(OUTDATED)) {
            outdated.setString(1, JudgeFunction.prefix(function.access().relationOid()));
            outdated.setString(2, function.name());
            try (ResultSet rows = outdated.executeQuery()) {
                while (rows.next()) {
                    drops.add(rows.getString(1));
                }
            }
        }
        for (String drop : drops) {
            statement.execute(drop);
        }
        statement.execute(function.create());
    }
}
