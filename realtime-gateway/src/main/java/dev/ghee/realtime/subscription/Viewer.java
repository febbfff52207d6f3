package dev.ghee.realtime.subscription;

/**
 * Everything that a policy can know of a client. Clients with equal viewers see the same, and are judged once.
 *
 * @param subject the user's id, or empty
 * @param claims the token's claims as JSON, or empty
 */
public record Viewer(Role role, String subject, String claims) {
    public static final Viewer ANONYMOUS = new Viewer(Role.ANON, "", "");
    public static final Viewer SERVICE = new Viewer(Role.SERVICE, "", "");

    @Override
    public String toString() {
        return "Viewer[" + role + "]";
    }
}
