package dev.ghee.tenancy.caller;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import java.util.Optional;

/** Whether a caller may administer an app. An app that a caller may not see does not exist for it. */
public final class AppAccess {
    private AppAccess() {}

    /** True for members of the app's organisation, whatever their role, and keys of it whose scope covers the app. */
    public static boolean administers(Caller caller, AppState app) {
        return roleOf(caller, app).isPresent();
    }

    /** The caller's role in the app; a key acts as an administrator. Empty for whoever may not see the app. */
    public static Optional<OrganizationRole> roleOf(Caller caller, AppState app) {
        return switch (caller) {
            case Caller.ServiceKey key ->
                key.organizationId().equals(app.organizationId())
                                && (key.scopes().contains("*")
                                        || key.scopes()
                                                .contains("app:" + app.appId().value()))
                        ? Optional.of(OrganizationRole.ADMIN)
                        : Optional.empty();
            case Caller.PlatformOwner owner -> app.roleOf(owner.userId());
            case Caller.EndUser _, Caller.Anonymous _ -> Optional.empty();
        };
    }

    /**
     * Returns normally when the caller administers the app. Fails with {@code AUTH_REQUIRED} for anonymous callers,
     * {@code AUTH_INSUFFICIENT_PERMISSIONS} for end users of this app, and 404 with {@code notFound} for everyone else.
     */
    public static void requireAdministrator(Caller caller, AppState app, ErrorCode notFound) {
        requireRole(caller, app, OrganizationRole.VIEWER, notFound);
    }

    /** The same, and the role is at least this one: fails with 403 {@code AUTH_FORBIDDEN} for members with less. */
    public static void requireRole(Caller caller, AppState app, OrganizationRole least, ErrorCode notFound) {
        OrganizationRole role = roleOf(caller, app).orElseThrow(() -> refusal(caller, app, notFound));
        if (!role.atLeast(least)) {
            throw new GheeException(
                    ErrorCode.AUTH_FORBIDDEN,
                    "Your role in the organisation is " + role.wireName() + "; this needs " + least.wireName());
        }
    }

    private static GheeException refusal(Caller caller, AppState app, ErrorCode notFound) {
        return switch (caller) {
            case Caller.Anonymous _ -> new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
            case Caller.EndUser user
            when user.app().equals(app.appId()) ->
                new GheeException(ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "End users may not administer the app");
            case Caller.EndUser _, Caller.ServiceKey _, Caller.PlatformOwner _ ->
                new GheeException(notFound, "App not found");
        };
    }
}
