package dev.ghee.control.auth.anonymous;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.code.CodeFactory;
import dev.ghee.control.auth.code.MailedCode;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.mail.CodeMail;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.password.PasswordRules;
import dev.ghee.control.auth.signin.Proof;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Signing in as nobody in particular, and becoming somebody later with everything that one has. */
@Path("/auth/{app}/anonymous")
@RunOnVirtualThread
public class AnonymousResource {
    private static final int MAX_CODE_LENGTH = 256;

    private final AuthCall call;
    private final SignIn signIn;
    private final AnonymousStore store;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final CodeFactory codes;
    private final CodeMail mail;

    AnonymousResource(
            AuthCall call,
            SignIn signIn,
            AnonymousStore store,
            PasswordRules rules,
            PasswordHasher hasher,
            CodeFactory codes,
            CodeMail mail) {
        this.call = call;
        this.signIn = signIn;
        this.store = store;
        this.rules = rules;
        this.hasher = hasher;
        this.codes = codes;
        this.mail = mail;
    }

    /**
     * Body of sign-in; it may be left out.
     *
     * @param captchaToken where the app asks for one
     */
    public record Nobody(
            @JsonProperty("captcha_token") @Nullable String captchaToken) {}

    /** A new user; whoever loses its tokens loses the user. */
    @POST
    public Answers.SigningIn signIn(String app, @Nullable Nobody body) {
        AppState state = call.app(app);
        call.limit(RateLimits.Route.ANONYMOUS, state, null);
        if (!store.allowed(state)) {
            throw new GheeException(
                    ErrorCode.AUTH_FORBIDDEN, "Anonymous sign-in is off; an administrator may turn it on");
        }
        call.requirePerson(state, body == null ? null : body.captchaToken());
        UUID user = store.create(state);
        return signIn.complete(state, user, new Proof.Anonymous(), call.client())
                .answer();
    }

    /** Body of the wish for a full account. */
    public record Wish(@Nullable String email, @Nullable String password) {
        @Override
        public String toString() {
            return "Wish[…]";
        }
    }

    /** Says the same whether the address has an account or not; the mailed code decides. */
    @POST
    @Path("upgrade")
    public Answers.Message upgrade(String app, @Nullable Wish body) {
        AppState state = call.app(app);
        Email email = AuthCall.email(body == null ? null : body.email());
        String password = AuthCall.required("password", body == null ? null : body.password(), Integer.MAX_VALUE);
        User user = anonymous(state);
        call.limit(RateLimits.Route.UPGRADE, state, user.id().toString());
        rules.require(state, password);
        MailedCode code = codes.upgrade(state.appId(), email);
        store.want(state, user.id(), email, hasher.hash(state.appId(), password), code);
        mail.send(state, email, code);
        return new Answers.Message("A code is on its way by e-mail.");
    }

    /** Body of the confirmation. */
    public record Confirmation(@Nullable String code) {
        @Override
        public String toString() {
            return "Confirmation[…]";
        }
    }

    /** The user as it is now; its session goes on, and says so after its next refresh. */
    public record Upgraded(Answers.SignedIn user, String message) {}

    @POST
    @Path("upgrade/verify")
    public Upgraded verify(String app, @Nullable Confirmation body) {
        AppState state = call.app(app);
        String code = AuthCall.required("code", body == null ? null : body.code(), MAX_CODE_LENGTH)
                .strip();
        User before = anonymous(state);
        call.limit(RateLimits.Route.MAGIC_VERIFY, state, before.id().toString());
        User user = store.upgrade(state, before.id(), code);
        call.recordBy(user, state, "auth.account_upgraded", Audit.Action.UPDATE, null);
        return new Upgraded(Answers.SignedIn.of(user), "Account upgraded");
    }

    private User anonymous(AppState state) {
        User user = call.inPerson(state).user();
        if (!user.isAnonymous()) {
            throw new GheeException(ErrorCode.RESOURCE_CONFLICT, "This is a full account already");
        }
        return user;
    }
}
