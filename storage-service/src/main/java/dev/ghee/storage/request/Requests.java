package dev.ghee.storage.request;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.AppGuard;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Who asks, and for which app; for plain routes on the event loop. */
@ApplicationScoped
public class Requests {
    private static final int UUID_LENGTH = 36;

    private final AppDirectory apps;
    private final CallerResolver callers;

    Requests(AppDirectory apps, CallerResolver callers) {
        this.apps = apps;
        this.callers = callers;
    }

    /** A serving app, and who asks. */
    public record Acting(AppState app, Caller caller) {}

    /**
     * Of the path's {@code :app}. Pauses the request, so that its body is still there afterwards. Fails with 404
     * {@code APP_NOT_FOUND}, with what {@link AppGuard#requireServing} fails with, and for a bad credential.
     */
    public Future<Acting> acting(RoutingContext http) {
        HttpServerRequest request = http.request();
        request.pause();
        String name = http.pathParam("app");
        if (name == null || !AppId.isValid(name)) {
            return Future.failedFuture(noApp());
        }
        var id = new AppId(name);
        return UniHelper.toFuture(callers.resolve(new Credentials(
                        Credentials.bearerOf(request.getHeader("Authorization")),
                        id,
                        request.getHeader("X-Organization-Id"),
                        request.getHeader("x-test-user-id"))))
                .compose(caller -> app(id).map(app -> {
                    AppGuard.requireServing(app);
                    return new Acting(app, caller);
                }));
    }

    private Future<AppState> app(AppId id) {
        Optional<AppState> known = apps.known(id);
        return known.isPresent() ? Future.succeededFuture(known.get()) : UniHelper.toFuture(apps.find(id));
    }

    /** The path's {@code :id}; fails with {@code missing} for what is no UUID. */
    public static UUID id(RoutingContext http, Supplier<GheeException> missing) {
        String id = http.pathParam("id");
        try {
            if (id != null && id.length() == UUID_LENGTH) {
                return UUID.fromString(id);
            }
        } catch (IllegalArgumentException e) {
            // Nothing has such an id.
        }
        throw missing.get();
    }

    /** An app that there is not, or that the caller is not to know of. */
    public static GheeException noApp() {
        return new GheeException(ErrorCode.APP_NOT_FOUND, "App not found");
    }
}
