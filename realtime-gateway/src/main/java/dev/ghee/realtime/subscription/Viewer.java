package dev.ghee.realtime.subscription;

import dev.ghee.tenancy.rls.DbClaims;

/**
 * Everything that a policy can know of a client. Clients with equal viewers see the same, and are judged once.
 *
 * @param subject the user's id, or empty
 * @param claims the token's claims as JSON, or {@link DbClaims#NO_CLAIMS}
 */
public record Viewer(Role role, String subject, String claims) {
    public static final Viewer ANONYMOUS = new Viewer(Role.ANON, "", DbClaims.NO_CLAIMS);
    public static final Viewer SERVICE = new Viewer(Role.SERVICE, "", DbClaims.NO_CLAIMS);

    @Override
    public String toString() {
        return "Viewer[" + role + "]";
    }
}
