package dev.ghee.tenancy.caller;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;

/** Whether a caller may administer an app. An app that a caller may not see does not exist for it. */
public final class AppAccess {
    private AppAccess() {}

    /** True for the app's owner, members of its organisation, and keys of it whose scope covers the app. */
    public static boolean administers(Caller caller, AppState app) {
        return switch (caller) {
            case Caller.ServiceKey key ->
                key.organizationId().equals(app.organizationId())
                        && (key.scopes().contains("*")
                                || key.scopes().contains("app:" + app.appId().value()));
            case Caller.PlatformOwner owner ->
                owner.userId().equals(app.ownerId()) || app.memberIds().contains(owner.userId());
            case Caller.EndUser _, Caller.Anonymous _ -> false;
        };
    }

    /**
     * Returns normally when the caller administers the app. Fails with {@code AUTH_REQUIRED} for anonymous callers,
     * {@code AUTH_INSUFFICIENT_PERMISSIONS} for end users of this app, and 404 with {@code notFound} for everyone else.
     */
    public static void requireAdministrator(Caller caller, AppState app, ErrorCode notFound) {
        if (administers(caller, app)) {
            return;
        }
        throw switch (caller) {
            case Caller.Anonymous _ -> new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
            case Caller.EndUser user
            when user.app().equals(app.appId()) ->
                new GheeException(ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "End users may not administer the app");
            case Caller.EndUser _, Caller.ServiceKey _, Caller.PlatformOwner _ ->
                new GheeException(notFound, "App not found");
        };
    }
}
