package dev.ghee.control.kv;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** Who asks for keys: somebody who may see all of them, or somebody to whom rules apply. */
sealed interface KvCaller {
    /** A key of the app, or a member of its organisation. */
    record Administrator() implements KvCaller {}

    /** Whoever rules apply to. */
    sealed interface Guest extends KvCaller {}

    /** @param role claim {@code role} of the access token; empty when it has none */
    record User(String id, String role) implements Guest {}

    record Nobody() implements Guest {}

    /**
     * Fails with {@code AUTH_REQUIRED} for nobody in particular where the app is closed to them, with the errors of
     * {@link AppAccess#requireRole} for those who administer other apps or too little of this one, with
     * {@code AUTH_INVALID_END_USER_JWT} for other apps' users, and with {@link AppGuard#requireServing}'s errors.
     *
     * @param least the role that a member needs for this request
     */
    static KvCaller of(Caller caller, AppState app, OrganizationRole least) {
        KvCaller found = switch (caller) {
            case Caller.ServiceKey _, Caller.PlatformOwner _ -> {
                AppAccess.requireRole(caller, app, least, ErrorCode.APP_NOT_FOUND);
                yield new Administrator();
            }
            case Caller.EndUser user -> {
                if (!user.app().equals(app.appId())) {
                    throw new GheeException(ErrorCode.AUTH_INVALID_END_USER_JWT, "The access token is of another app");
                }
                yield new User(user.userId(), role(user.claimsJson()));
            }
            case Caller.Anonymous _ -> {
                if (app.accessMode() == AppState.AccessMode.AUTHENTICATED) {
                    throw new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
                }
                yield new Nobody();
            }
        };
        AppGuard.requireServing(app);
        return found;
    }

    private static String role(String claims) {
        try {
            return new JsonObject(claims).getValue("role") instanceof String role ? role : "";
        } catch (DecodeException e) {
            return "";
        }
    }

    /** What a guest is told who may not. */
    static GheeException refusal(Guest guest) {
        return switch (guest) {
            case Nobody _ -> new GheeException(ErrorCode.AUTH_REQUIRED, "The key is not open to everybody");
            case User _ -> new GheeException(ErrorCode.KV_FORBIDDEN, "The app's rules do not allow this");
        };
    }
}
