package dev.ghee.storage.object;

import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.storage.request.Requests;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import org.jspecify.annotations.Nullable;

/** What a caller is to an app's objects. */
sealed interface Standing {

    /** Members of the app's organisation, and its keys: all objects. */
    record Administrator(OrganizationRole role) implements Standing {}

    /** A signed-in user: their own objects, and to read, what is public or open to all users. */
    record User(String id) implements Standing {}

    /** Nobody: to read, what is public. */
    record Visitor() implements Standing {}

    /** Fails with 404 {@code APP_NOT_FOUND} for whoever has nothing to do with the app. */
    static Standing of(Caller caller, AppState app) {
        return switch (caller) {
            case Caller.ServiceKey _, Caller.PlatformOwner _ ->
                AppAccess.roleOf(caller, app).<Standing>map(Administrator::new).orElseThrow(Requests::noApp);
            case Caller.EndUser user when user.app().equals(app.appId()) -> new User(user.userId());
            case Caller.EndUser _ -> throw Requests.noApp();
            case Caller.Anonymous _ when app.accessMode() == AppState.AccessMode.PUBLIC -> new Visitor();
            case Caller.Anonymous _ -> throw Requests.noApp();
        };
    }

    /** For what visitors have no part in. Fails with 404 {@code APP_NOT_FOUND} as well. */
    static Standing known(Caller caller, AppState app) {
        Standing standing = of(caller, app);
        if (standing instanceof Visitor) {
            throw Requests.noApp();
        }
        return standing;
    }

    /** The same for changes. Fails with 403 {@code AUTH_FORBIDDEN} for members who may only look. */
    static Standing changing(Caller caller, AppState app) {
        Standing standing = known(caller, app);
        if (standing instanceof Administrator(OrganizationRole role) && !role.atLeast(OrganizationRole.DEVELOPER)) {
            throw new GheeException(
                    ErrorCode.AUTH_FORBIDDEN, "Your role in the organisation may look at objects, not change them");
        }
        return standing;
    }

    default boolean mayRead(StoredObject object, AppState app) {
        return switch (this) {
            case Administrator _ -> true;
            case User(String id) ->
                object.isPublic() || app.storageRules().publicReadEnabled() || id.equals(object.userId());
            case Visitor _ -> object.isPublic();
        };
    }

    default boolean mayChange(StoredObject object) {
        return switch (this) {
            case Administrator _ -> true;
            case User(String id) -> id.equals(object.userId());
            case Visitor _ -> false;
        };
    }

    /** Whose objects they may list and change; null for everybody's. */
    default @Nullable String onlyOf() {
        return switch (this) {
            case Administrator _ -> null;
            case User(String id) -> id;
            case Visitor _ -> throw Requests.noApp();
        };
    }
}
