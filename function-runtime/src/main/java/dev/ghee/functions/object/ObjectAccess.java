package dev.ghee.functions.object;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.store.AccessMode;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who calls an object, and whether a class lets them. The credential is the {@code Authorization} header, else the query
 * parameter {@code token}, since browsers cannot send headers with a WebSocket; the class sees both, as it may want to
 * check more.
 */
@ApplicationScoped
class ObjectAccess {
    private final CallerResolver callers;

    ObjectAccess(CallerResolver callers) {
        this.callers = callers;
    }

    /** The caller if the mode lets it in, else empty. A public class is not asked for a good credential. */
    Uni<Optional<Caller>> admit(HttpServerRequest request, AppState app, AccessMode mode) {
        var credentials = new Credentials(
                bearer(request),
                app.appId(),
                request.getHeader("X-Organization-Id"),
                request.getHeader("x-test-user-id"));
        return callers.resolve(credentials)
                .onFailure(ObjectAccess::isBadCredential)
                .recoverWithItem(new Caller.Anonymous())
                .map(caller -> admits(caller, app, mode) ? Optional.of(caller) : Optional.empty());
    }

    private static @Nullable String bearer(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        return header != null ? Credentials.bearerOf(header) : request.getParam("token");
    }

    private static boolean isBadCredential(Throwable e) {
        return e instanceof GheeException ghee && ghee.httpStatus() < 500;
    }

    private static boolean admits(Caller caller, AppState app, AccessMode mode) {
        return switch (mode) {
            case PUBLIC -> true;
            case AUTHENTICATED -> isUserOf(caller, app) || AppAccess.administers(caller, app);
            case SERVICE_KEY -> AppAccess.administers(caller, app);
        };
    }

    static boolean isUserOf(Caller caller, AppState app) {
        return caller instanceof Caller.EndUser user && user.app().equals(app.appId());
    }
}
