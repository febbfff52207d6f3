package dev.ghee.control.data;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.rls.DbClaims;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Who a request to the data API acts for in the database. Fails closed. */
final class DataClaims {
    private static final int MAX_USER_ID = 512;

    private DataClaims() {}

    /**
     * The administrators of an app may act as somebody else; for everyone else those headers mean nothing.
     *
     * @param least the role that a member of the app's organisation needs for this request
     * @param asRole header {@code X-Butterbase-As-Role}
     * @param asUser header {@code X-Butterbase-As-User}
     */
    static DbClaims of(
            Caller caller, AppState app, OrganizationRole least, @Nullable String asRole, @Nullable String asUser) {
        DbClaims claims = switch (caller) {
            case Caller.Anonymous _ -> anonymous(app);
            case Caller.EndUser user -> {
                if (!user.app().equals(app.appId())) {
                    throw new GheeException(ErrorCode.AUTH_INVALID_END_USER_JWT, "The access token is of another app");
                }
                yield DbClaims.of(user);
            }
            case Caller.ServiceKey _, Caller.PlatformOwner _ -> {
                AppAccess.requireRole(caller, app, least, ErrorCode.RESOURCE_NOT_FOUND);
                yield impersonated(asRole, asUser);
            }
        };
        AppGuard.requireServing(app);
        return claims;
    }

    static GheeException appNotFound() {
        return new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "App not found");
    }

    private static DbClaims anonymous(AppState app) {
        return switch (app.accessMode()) {
            case PUBLIC -> DbClaims.anonymous();
            case AUTHENTICATED -> throw new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
        };
    }

    /** A user id alone means the user too: it must not silently become the role that sees everything. */
    private static DbClaims impersonated(@Nullable String asRole, @Nullable String asUser) {
        boolean names = asUser != null && !asUser.isEmpty();
        String role = asRole != null && !asRole.isEmpty() ? asRole : names ? "user" : "service";
        return switch (role) {
            case "service" -> DbClaims.service();
            case "anon" -> DbClaims.anonymous();
            case "user" -> user(asUser);
            default ->
                throw new GheeException(
                        ErrorCode.VALIDATION_INVALID_INPUT, "X-Butterbase-As-Role is anon, user or service");
        };
    }

    private static DbClaims user(@Nullable String id) {
        if (id == null || id.isEmpty() || id.length() > MAX_USER_ID) {
            throw new GheeException(
                    ErrorCode.VALIDATION_INVALID_INPUT, "X-Butterbase-As-Role: user needs X-Butterbase-As-User");
        }
        return DbClaims.user(id, new JsonObject().put("sub", id).encode());
    }
}
