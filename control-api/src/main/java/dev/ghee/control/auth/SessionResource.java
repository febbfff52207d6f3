package dev.ghee.control.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.password.PasswordRules;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.signin.Proof;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.tenancy.caller.CallerResolver;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Signing in, staying signed in, and signing out. */
@Path("/auth/{app}")
@RunOnVirtualThread
public class SessionResource {
    private static final int MAX_TOKEN_LENGTH = 512;

    private final AuthCall call;
    private final SignIn signIn;
    private final UserStore users;
    private final SessionStore sessions;
    private final PasswordHasher hasher;

    SessionResource(AuthCall call, SignIn signIn, UserStore users, SessionStore sessions, PasswordHasher hasher) {
        this.call = call;
        this.signIn = signIn;
        this.users = users;
        this.sessions = sessions;
        this.hasher = hasher;
    }

    /** Body of sign-in. */
    public record Login(
            @Nullable String email,
            @Nullable String password,
            @JsonProperty("captcha_token") @Nullable String captchaToken) {
        @Override
        public String toString() {
            return "Login[…]";
        }
    }

    /** Does the same work, and says the same, whether the address or the password is wrong. */
    @POST
    @Path("login")
    public Answers.SigningIn login(String app, @Nullable Login body) {
        AppState state = call.app(app);
        Email email = AuthCall.email(body == null ? null : body.email());
        // Two UTF-16 units per code point at most.
        String password =
                AuthCall.required("password", body == null ? null : body.password(), 2 * PasswordRules.MAX_LENGTH);
        call.limit(RateLimits.Route.LOGIN, state, email.value());
        call.requirePerson(state, body == null ? null : body.captchaToken());
        Optional<UserStore.Password> account = users.password(state, email);
        UUID userId = account.map(UserStore.Password::userId).orElse(null);
        String stored = account.map(UserStore.Password::hash).orElse(null);
        if (!hasher.matches(state.appId(), password, stored) || stored == null || userId == null) {
            throw signIn.refused(state, userId);
        }
        String renewed = hasher.outdated(stored) ? hasher.hash(state.appId(), password) : null;
        return signIn.complete(state, userId, new Proof.Password(stored, renewed), call.client())
                .answer();
    }

    /** Body of refresh. */
    public record Refresh(
            @JsonProperty("refresh_token") @Nullable String refreshToken) {
        @Override
        public String toString() {
            return "Refresh[…]";
        }
    }

    @POST
    @Path("refresh")
    public Answers.Session refresh(String app, @Nullable Refresh body) {
        AppState state = call.app(app);
        String token = AuthCall.required("refresh_token", body == null ? null : body.refreshToken(), MAX_TOKEN_LENGTH);
        call.limit(RateLimits.Route.REFRESH, state, CallerResolver.sha256(token));
        return signIn.refresh(state, token, call.client());
    }

    /** Ends every session of the user, on all devices. */
    @POST
    @Path("logout")
    public Answers.Message logout(String app) {
        AppState state = call.app(app);
        User user = call.signedIn(state).user();
        sessions.endAll(state, user.id());
        call.recordBy(user, state, "auth.logout", Audit.Action.DELETE, null);
        return new Answers.Message("Signed out");
    }

    @GET
    @Path("me")
    public Answers.Me me(String app) {
        return Answers.Me.of(call.signedIn(call.app(app)).user());
    }
}
