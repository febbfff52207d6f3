package dev.ghee.control.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.password.PasswordChange;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.password.PasswordRules;
import dev.ghee.control.auth.session.Assurance;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.user.User;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import org.jspecify.annotations.Nullable;

/** A new password for somebody who is signed in. */
@Path("/auth/{app}/change-password")
@RunOnVirtualThread
public class PasswordResource {
    private final AuthCall call;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final PasswordChange passwords;

    PasswordResource(AuthCall call, PasswordRules rules, PasswordHasher hasher, PasswordChange passwords) {
        this.call = call;
        this.rules = rules;
        this.hasher = hasher;
        this.passwords = passwords;
    }

    /** The current password may be left out in a session that showed two factors. */
    public record Change(
            @JsonProperty("current_password") @Nullable String currentPassword,
            @JsonProperty("new_password") @Nullable String newPassword) {
        @Override
        public String toString() {
            return "Change[…]";
        }
    }

    /** Ends all other sessions of the user. */
    @POST
    public Answers.Message change(String app, @Nullable Change body) {
        AppState state = call.app(app);
        SessionStore.Current current = call.inPerson(state);
        User user = current.user();
        if (user.isAnonymous()) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "Upgrade to a full account first");
        }
        String wanted = AuthCall.required("new_password", body == null ? null : body.newPassword(), Integer.MAX_VALUE);
        String given = body == null ? null : body.currentPassword();
        call.limit(RateLimits.Route.CHANGE_PASSWORD, state, user.id().toString());
        rules.require(state, wanted);
        String stored = passwords.hash(state, user.id()).orElse(null);
        requirePerson(state, current, given, stored);
        String hash = hasher.hash(state.appId(), wanted);
        if (!passwords.change(state, user.id(), stored, hash, current.session().id())) {
            throw new GheeException(ErrorCode.RESOURCE_CONFLICT, "The password was changed at this moment; try again");
        }
        call.recordBy(user, state, "auth.password_changed", Audit.Action.UPDATE, null);
        return new Answers.Message("Password changed");
    }

    private void requirePerson(
            AppState app, SessionStore.Current current, @Nullable String given, @Nullable String stored) {
        if (given == null && current.session().assurance() == Assurance.AAL2) {
            return;
        }
        if (stored == null) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "Show a second factor, or set a password by mail");
        }
        String password = AuthCall.required("current_password", given, 2 * PasswordRules.MAX_LENGTH);
        if (!hasher.matches(app.appId(), password, stored)) {
            call.recordBy(
                    current.user(), app, "auth.password_changed", Audit.Action.UPDATE, "The current password is wrong");
            throw new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The current password is wrong");
        }
    }
}
