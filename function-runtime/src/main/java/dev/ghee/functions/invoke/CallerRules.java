package dev.ghee.functions.invoke;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.function.DeployedFunction;
import dev.ghee.functions.function.Trigger;
import dev.ghee.functions.invoke.CallingAs.CallerFacts;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.rls.DbClaims;
import io.vertx.core.json.JsonObject;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who may call a function, and as whom it then acts. No input or output. */
final class CallerRules {
    private static final int MAX_USER_ID = 512;

    private CallerRules() {}

    /**
     * A call to {@code /fn/<name>}. People who administer the app are nobody here, unless they have a key: a browser
     * that is signed in to a dashboard must not act as service by following a link.
     *
     * @param asUser header {@code X-Butterbase-As-User}
     * @param refused why the credential does not count, when there was one that means nothing here
     */
    static CallingAs overHttp(
            Caller caller,
            AppState app,
            DeployedFunction function,
            Trigger.Auth auth,
            @Nullable String asUser,
            @Nullable GheeException refused) {
        CallingAs as = switch (caller) {
            case Caller.EndUser user -> endUser(app, user, asUser);
            case Caller.ServiceKey key when AppAccess.administers(key, app) -> key(key, function, asUser);
            case Caller.ServiceKey _, Caller.PlatformOwner _, Caller.Anonymous _ -> {
                requireNoUser(asUser);
                yield CallingAs.anonymous();
            }
        };
        boolean hasUser = as.caller().userId() != null;
        boolean closedToNobody = auth == Trigger.Auth.OPTIONAL && app.accessMode() == AppState.AccessMode.AUTHENTICATED;
        boolean isNobody = as.claims().equals(DbClaims.anonymous());
        if (auth == Trigger.Auth.REQUIRED && !hasUser || closedToNobody && isNobody) {
            throw refused != null ? refused : new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
        }
        return as;
    }

    /** A call by whoever administers the app: it acts for the person, or the owner of the key, or a user of the app. */
    static CallingAs byAdministrator(Caller caller, AppState app, DeployedFunction function, @Nullable String asUser) {
        requireAdministrator(caller, app);
        String own = switch (caller) {
            case Caller.PlatformOwner owner -> owner.userId();
            case Caller.ServiceKey key -> key.ownerId();
            // Neither of them administers anything.
            case Caller.EndUser _, Caller.Anonymous _ ->
                throw new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
        };
        String user = asUser == null || asUser.isEmpty() ? own : impersonated(function, asUser);
        return CallingAs.loopback(user, user(user), true);
    }

    static void requireAdministrator(Caller caller, AppState app) {
        AppAccess.requireRole(caller, app, OrganizationRole.DEVELOPER, ErrorCode.RESOURCE_NOT_FOUND);
    }

    private static CallingAs endUser(AppState app, Caller.EndUser user, @Nullable String asUser) {
        if (!user.app().equals(app.appId())) {
            throw new GheeException(ErrorCode.AUTH_INVALID_END_USER_JWT, "The access token is of another app");
        }
        requireNoUser(asUser);
        return new CallingAs(new CallerFacts("end_user_jwt", null, null, user.userId()), DbClaims.of(user), false);
    }

    private static CallingAs key(Caller.ServiceKey key, DeployedFunction function, @Nullable String asUser) {
        String scope = String.join(" ", new TreeSet<>(key.scopes()));
        if (asUser == null || asUser.isEmpty()) {
            return new CallingAs(new CallerFacts("service_key", key.keyId(), scope, null), DbClaims.service(), true);
        }
        String user = impersonated(function, asUser);
        return new CallingAs(new CallerFacts("service_key", key.keyId(), scope, user), user(user), true);
    }

    private static String impersonated(DeployedFunction function, String asUser) {
        if (!function.allowServiceKeyImpersonation()) {
            throw new GheeException(
                    ErrorCode.AUTH_IMPERSONATION_DISABLED, "This function may not be called in a user's name");
        }
        if (asUser.length() > MAX_USER_ID || asUser.indexOf('\0') >= 0) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT,
                    "X-Butterbase-As-User has at most " + MAX_USER_ID + " characters");
        }
        return asUser;
    }

    private static void requireNoUser(@Nullable String asUser) {
        if (asUser != null && !asUser.isEmpty()) {
            throw new GheeException(
                    ErrorCode.AUTH_IMPERSONATION_FORBIDDEN, "Only a key of this app may call in a user's name");
        }
    }

    /** Claims of somebody of whom no more than the id is known. */
    static DbClaims user(String id) {
        return DbClaims.user(id, new JsonObject().put("sub", id).encode());
    }
}
