package dev.ghee.service.request;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.contracts.OrganizationRole;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import dev.ghee.tenancy.directory.AppDirectory;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.RequestScoped;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request being served. Its caller is resolved once, when a resource first asks for it; routes that never ask
 * ignore credentials altogether.
 */
@RequestScoped
public class CurrentRequest {
    private static final String REQUEST_ID = "x-request-id";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final HttpServerRequest http;
    private final CallerResolver callers;
    private final AppDirectory apps;
    private @Nullable Uni<Caller> caller;

    CurrentRequest(HttpServerRequest http, CallerResolver callers, AppDirectory apps) {
        this.http = http;
        this.callers = callers;
        this.apps = apps;
    }

    /** An app together with who is acting on it. */
    public record Acting(AppState app, Caller caller) {}

    /** Fails when the credential is bad; {@link Caller.Anonymous} when there is none. */
    public Uni<Caller> caller() {
        if (caller == null) {
            caller = callers.resolve(credentials()).memoize().indefinitely();
        }
        return caller;
    }

    /**
     * An app that the caller administers, whatever state the app is in; to change it, as every method but GET does,
     * takes at least a developer. Fails with 401 {@code AUTH_REQUIRED}, 403 {@code AUTH_INSUFFICIENT_PERMISSIONS} for
     * the app's own end users, 403 {@code AUTH_FORBIDDEN} for members whose role is too small, and 404
     * {@code notFound} when there is no such app or the caller may not see it.
     */
    public Uni<Acting> administered(String app, ErrorCode notFound) {
        return administered(app, leastRole(), notFound);
    }

    /** The least role that a request with this method needs. */
    public OrganizationRole leastRole() {
        return READING.contains(http.method().name()) ? OrganizationRole.VIEWER : OrganizationRole.DEVELOPER;
    }

    /** The same for what takes another role than its method says. */
    public Uni<Acting> administered(String app, OrganizationRole least, ErrorCode notFound) {
        return caller().chain(who -> apps.find(app)
                .onFailure(GheeException.class)
                .transform(e -> forUnknownApp(who, (GheeException) e, notFound))
                .map(state -> {
                    AppAccess.requireRole(who, state, least, notFound);
                    return new Acting(state, who);
                }));
    }

    /** The same, and the app is ready to be worked on: fails with {@link AppGuard#requireReady}'s errors. */
    public Uni<Acting> administeredReady(String app, ErrorCode notFound) {
        return administered(app, notFound).invoke(acting -> AppGuard.requireReady(acting.app()));
    }

    /** Address of the client; behind the edge, the address that the edge saw. */
    public String clientAddress() {
        return http.remoteAddress() == null ? "" : http.remoteAddress().hostAddress();
    }

    public @Nullable String userAgent() {
        return http.getHeader("User-Agent");
    }

    /** Given by the edge, or absent. */
    public @Nullable String requestId() {
        return http.getHeader(REQUEST_ID);
    }

    public @Nullable String header(String name) {
        return http.getHeader(name);
    }

    private Credentials credentials() {
        return new Credentials(
                Credentials.bearerOf(http.getHeader("Authorization")),
                pathApp(http.path()),
                http.getHeader("X-Organization-Id"),
                http.getHeader("x-test-user-id"));
    }

    /** The app id in {@code /v1/<app>/…}, {@code /auth/<app>/…} or {@code /storage/<app>/…}. */
    public static @Nullable AppId pathApp(@Nullable String path) {
        if (path == null) {
            return null;
        }
        int start = path.indexOf("/app_");
        if (start < 0) {
            return null;
        }
        int end = path.indexOf('/', start + 1);
        String id = path.substring(start + 1, end < 0 ? path.length() : end);
        return AppId.isValid(id) ? new AppId(id) : null;
    }

    /** Somebody without a credential learns that one is needed, not whether the app exists. */
    private static Throwable forUnknownApp(Caller who, GheeException e, ErrorCode notFound) {
        if (e.httpStatus() != 404) {
            return e;
        }
        return who instanceof Caller.Anonymous
                ? new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required")
                : new GheeException(notFound, "App not found");
    }
}
