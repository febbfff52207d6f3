package dev.ghee.functions.binding;

import dev.ghee.contracts.AppState;
import dev.ghee.tenancy.rls.DbClaims;
import dev.ghee.tenancy.rls.DbRole;
import java.util.UUID;

/**
 * What one call may do: as whom it acts in its app's database, and what else is open to it.
 *
 * @param claims the caller's: what {@code ctx.db.query} runs as
 * @param mayActAsService whether {@code ctx.db.asService()} is allowed
 * @param loopDepth how many calls of functions led to this one; 0 when a client called
 */
public record Grant(
        AppState app, UUID functionId, String function, DbClaims claims, boolean mayActAsService, int loopDepth) {
    /** Whether service statements are allowed, because the caller is service or the function is marked so. */
    boolean allowsService() {
        return mayActAsService || claims.role() == DbRole.SERVICE;
    }
}
