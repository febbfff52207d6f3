package dev.ghee.tenancy.rls;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * The statement that turns a connection into a request's: role, claims and time limit, for this transaction only.
 * Parameters: user id, claims as JSON.
 */
final class ClaimsStatement {
    private final Map<DbRole, String> byRole = new EnumMap<>(DbRole.class);

    ClaimsStatement(Duration statementTimeout) {
        for (DbRole role : DbRole.values()) {
            byRole.put(role, """
                    SELECT pg_catalog.num_nulls(\
                    pg_catalog.set_config('role', '%1$s', true), \
                    pg_catalog.set_config('app.role', '%1$s', true), \
                    pg_catalog.set_config('request.jwt.claim.sub', $1::text, true), \
                    pg_catalog.set_config('request.jwt.claims', $2::text, true), \
                    pg_catalog.set_config('statement_timeout', '%2$d', true))""".formatted(role.roleName(), statementTimeout.toMillis()));
        }
    }

    String textFor(DbRole role) {
        return byRole.getOrDefault(role, "");
    }
}
