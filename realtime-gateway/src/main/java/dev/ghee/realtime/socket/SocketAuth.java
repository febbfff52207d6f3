package dev.ghee.realtime.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.contracts.ApiKeyState;
import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AppState;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.realtime.socket.Identity.Credential;
import dev.ghee.realtime.subscription.Role;
import dev.ghee.realtime.subscription.Viewer;
import dev.ghee.tenancy.caller.AppAccess;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.caller.CallerResolver;
import dev.ghee.tenancy.caller.Credentials;
import dev.ghee.tenancy.directory.AppDirectory;
import dev.ghee.tenancy.directory.KeyDirectory;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks a socket's credential, when it connects and whenever its app or key changes. In memory but for new apps. */
@ApplicationScoped
class SocketAuth {
    private static final ObjectReader CLAIMS = new JsonMapper().reader();

    private final AppDirectory apps;
    private final KeyDirectory keys;
    private final CallerResolver callers;
    private final UserRevocations revocations;

    SocketAuth(AppDirectory apps, KeyDirectory keys, CallerResolver callers, UserRevocations revocations) {
        this.apps = apps;
        this.keys = keys;
        this.callers = callers;
        this.revocations = revocations;
    }

    /** Fails with {@link RefusedException}; a credential that is there but not valid never makes its bearer anonymous. */
    Uni<Identity> identify(String appId, @Nullable String token) {
        AppId id = AppId.isValid(appId) ? new AppId(appId) : null;
        return apps.find(appId)
                .chain(app -> callers.resolve(new Credentials(token, id, null, null))
                        .chain(caller -> identity(app, caller, token)))
                .onFailure(GheeException.class)
                .transform(e -> refused((GheeException) e));
    }

    private static RefusedException refused(GheeException e) {
        CloseReason reason =
                e.code().fault() == ErrorCode.Fault.CALLER ? CloseReason.AUTH_FAILED : CloseReason.UNAVAILABLE;
        return new RefusedException(reason, e.message());
    }

    private Uni<Identity> identity(AppState app, Caller caller, @Nullable String token) {
        return switch (caller) {
            case Caller.Anonymous _ -> Uni.createFrom().item(() -> anonymous(app));
            case Caller.EndUser user -> Uni.createFrom().item(() -> user(app, user));
            case Caller.ServiceKey key ->
                keys.find(CallerResolver.sha256(token == null ? "" : token))
                        .map(state -> administrator(
                                app, caller, Optional.of(key.keyId()), state.map(ApiKeyState::expiresAt)));
            case Caller.PlatformOwner _ ->
                Uni.createFrom().item(() -> administrator(app, caller, Optional.empty(), Optional.empty()));
        };
    }

    private static Identity anonymous(AppState app) {
        if (app.accessMode() == AppState.AccessMode.AUTHENTICATED) {
            throw new RefusedException(CloseReason.AUTH_REQUIRED, "Authentication required");
        }
        requireServing(app);
        return new Identity(app, Viewer.ANONYMOUS, Optional.empty(), Optional.empty(), Credential.ENDLESS);
    }

    private Identity user(AppState app, Caller.EndUser user) {
        if (!user.app().equals(app.appId())) {
            throw new RefusedException(CloseReason.AUTH_FAILED, "The access token is not valid");
        }
        requireServing(app);
        Credential token = credential(user);
        if (revocations.concern(app.appId(), user.userId(), token)) {
            throw new RefusedException(CloseReason.AUTH_FAILED, "The session has ended");
        }
        return new Identity(
                app,
                new Viewer(Role.USER, user.userId(), user.claimsJson()),
                Optional.of(user.userId()),
                Optional.empty(),
                token);
    }

    private static Credential credential(Caller.EndUser user) {
        JsonNode claims;
        try {
            claims = CLAIMS.readTree(user.claimsJson());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Claims of a verified token are JSON", e);
        }
        JsonNode issuedAt = claims.path("iat");
        return new Credential(
                issuedAt.isNumber() ? Optional.of(Instant.ofEpochSecond(issuedAt.longValue())) : Optional.empty(),
                Optional.ofNullable(claims.path("sid").textValue()),
                Optional.of(user.expiresAt()));
    }

    private static Identity administrator(
            AppState app, Caller caller, Optional<String> keyId, Optional<Instant> expiresAt) {
        if (!AppAccess.administers(caller, app)) {
            throw appNotFound();
        }
        requireServing(app);
        return new Identity(app, Viewer.SERVICE, Optional.empty(), keyId, Credential.until(expiresAt));
    }

    private static void requireServing(AppState app) {
        switch (app.status()) {
            case READY, MIGRATING -> {}
            case PROVISIONING, FAILED ->
                throw new RefusedException(CloseReason.APP_NOT_READY, "The app is not ready yet");
            case DELETING -> throw appNotFound();
        }
        if (app.paused()) {
            throw new RefusedException(CloseReason.APP_PAUSED, "App paused");
        }
    }

    private static RefusedException appNotFound() {
        return new RefusedException(CloseReason.AUTH_FAILED, "App not found");
    }
}
