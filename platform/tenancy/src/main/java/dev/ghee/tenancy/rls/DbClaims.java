package dev.ghee.tenancy.rls;

import dev.ghee.tenancy.caller.Caller;

/**
 * Who a transaction acts for, as its policies see it. Every field is always set in the transaction, so that nothing of
 * the connection's previous user shines through.
 *
 * @param role what the transaction runs as
 * @param userId {@code request.jwt.claim.sub}; empty for anyone but a user
 * @param claimsJson {@code request.jwt.claims}; {@link #NO_CLAIMS} when there are none
 */
public record DbClaims(DbRole role, String userId, String claimsJson) {
    /** An object, so that a policy that reads the claims as JSON finds none instead of failing. */
    public static final String NO_CLAIMS = "{}";

    private static final DbClaims ANONYMOUS = new DbClaims(DbRole.ANON, "", NO_CLAIMS);
    private static final DbClaims SERVICE = new DbClaims(DbRole.SERVICE, "", NO_CLAIMS);

    /** Somebody without a credential. */
    public static DbClaims anonymous() {
        return ANONYMOUS;
    }

    /** The app's own administration; policies let it through. */
    public static DbClaims service() {
        return SERVICE;
    }

    /** A signed-in user of the app. */
    public static DbClaims user(String userId, String claimsJson) {
        return new DbClaims(DbRole.USER, userId, claimsJson);
    }

    /**
     * What a caller acts as. Whether the caller may touch this app at all is for the caller of this method to have
     * checked: an end user of another app must never get here.
     */
    public static DbClaims of(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> ANONYMOUS;
            case Caller.EndUser user -> user(user.userId(), user.claimsJson());
            case Caller.ServiceKey _, Caller.PlatformOwner _ -> SERVICE;
        };
    }

    /** Claims may hold personal data. */
    @Override
    public String toString() {
        return "DbClaims[" + role + "]";
    }
}
