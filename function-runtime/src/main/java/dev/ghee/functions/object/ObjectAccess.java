package dev.ghee.functions.object;

import dev.ghee.contracts.AppState;
import dev.ghee.errors.GheeException;
import dev.ghee.functions.object.store.AccessMode;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Who calls an object, and whether a class lets them. The credential is the {@code Authorization} header, else the query
 * parameter {@code token}, since browsers cannot send headers with a WebSocket; the class sees both, as it may want to
 * check more.
 */
@ApplicationScoped
class ObjectAccess {
    /** Says that another node of ours sends this for the app's own code; the edge lets no client say it. */
    private static final String SECRET = "x-butterbase-internal-secret";

    private final CallerResolver callers;
    private final Optional<String> secret;

    ObjectAccess(CallerResolver callers, @ConfigProperty(name = "ghee.internal-secret") Optional<String> secret) {
        this.callers = callers;
        this.secret = secret.filter(text -> !text.isBlank());
    }

    /** Whoever calls, if the mode lets it in, else empty. A public class is not asked for a good credential. */
    Uni<Optional<Visitor>> admit(HttpServerRequest request, AppState app, AccessMode mode) {
        if (isOurs(request)) {
            return Uni.createFrom().item(Optional.of(ours(request)));
        }
        var credentials = new Credentials(
                bearer(request),
                app.appId(),
                request.getHeader("X-Organization-Id"),
                request.getHeader("x-test-user-id"));
        return callers.resolve(credentials)
                .onFailure(ObjectAccess::isBadCredential)
                .recoverWithItem(new Caller.Anonymous())
                .map(caller -> admits(caller, app, mode) ? Optional.of(visitor(caller, app)) : Optional.empty());
    }

    /** For another node, which then takes the visitor for the app's own code. False when no secret is configured. */
    boolean vouch(MultiMap headers, Visitor visitor) {
        secret.ifPresent(text -> {
            headers.set(SECRET, text);
            headers.set(Visitor.DEPTH, Integer.toString(visitor.loopDepth()));
            if (visitor.userId() != null) {
                headers.set(Visitor.USER, visitor.userId());
            }
        });
        return secret.isPresent();
    }

    private boolean isOurs(HttpServerRequest request) {
        String given = request.getHeader(SECRET);
        return given != null
                && secret.isPresent()
                && MessageDigest.isEqual(
                        secret.get().getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    private static Visitor ours(HttpServerRequest request) {
        String depth = request.getHeader(Visitor.DEPTH);
        return new Visitor(
                "loopback",
                request.getHeader(Visitor.USER),
                depth != null && depth.matches("[0-9]") ? Integer.parseInt(depth) : 0);
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

    private static boolean isUserOf(Caller caller, AppState app) {
        return caller instanceof Caller.EndUser user && user.app().equals(app.appId());
    }

    /** Whoever is nobody here is nobody to the class: another app's user or key says nothing. */
    private static Visitor visitor(Caller caller, AppState app) {
        return switch (caller) {
            case Caller.EndUser user when isUserOf(user, app) -> new Visitor("end_user_jwt", user.userId(), 0);
            case Caller.ServiceKey _, Caller.PlatformOwner _
            when AppAccess.administers(caller, app) -> new Visitor("service_key", null, 0);
            case Caller.EndUser _, Caller.ServiceKey _, Caller.PlatformOwner _, Caller.Anonymous _ ->
                new Visitor("anonymous", null, 0);
        };
    }
}
