package dev.ghee.control.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.code.CodeFactory;
import dev.ghee.control.auth.code.CodeStore;
import dev.ghee.control.auth.code.MailedCode;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.mail.CodeMail;
import dev.ghee.control.auth.password.PasswordHasher;
import dev.ghee.control.auth.password.PasswordRules;
import dev.ghee.control.auth.policy.AuthPolicies;
import dev.ghee.control.auth.signin.Proof;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Signing up, proving an address, and getting back in without the password. */
@Path("/auth/{app}")
@RunOnVirtualThread
public class AccountResource {
    private static final Logger LOG = Logger.getLogger(AccountResource.class);
    private static final int MAX_CODE_LENGTH = 256;
    private static final int MAX_DISPLAY_NAME = 100;

    private final AuthCall call;
    private final UserStore users;
    private final CodeStore codeStore;
    private final CodeFactory codes;
    private final PasswordRules rules;
    private final PasswordHasher hasher;
    private final AuthPolicies policies;
    private final CodeMail mail;
    private final SignIn signIn;
    private final Background background;

    AccountResource(
            AuthCall call,
            UserStore users,
            CodeStore codeStore,
            CodeFactory codes,
            PasswordRules rules,
            PasswordHasher hasher,
            AuthPolicies policies,
            CodeMail mail,
            SignIn signIn,
            Background background) {
        this.call = call;
        this.users = users;
        this.codeStore = codeStore;
        this.codes = codes;
        this.rules = rules;
        this.hasher = hasher;
        this.policies = policies;
        this.mail = mail;
        this.signIn = signIn;
        this.background = background;
    }

    /** Body of sign-up; other fields, such as the SDK's {@code metadata}, are ignored. */
    public record SignUp(
            @Nullable String email,
            @Nullable String password,
            @JsonProperty("display_name") @Nullable String displayName,
            @JsonProperty("captcha_token") @Nullable String captchaToken) {

        @Override
        public String toString() {
            return "SignUp[…]";
        }
    }

    @POST
    @Path("signup")
    public RestResponse<Answers.SignedUp> signUp(String app, @Nullable SignUp body) {
        AppState state = call.app(app);
        Email email = AuthCall.email(body == null ? null : body.email());
        String password = AuthCall.required("password", body == null ? null : body.password(), Integer.MAX_VALUE);
        String displayName = displayName(body == null ? null : body.displayName());
        call.limit(RateLimits.Route.SIGNUP, state, email.value());
        rules.require(state, password);
        call.requirePerson(state, body == null ? null : body.captchaToken());
        boolean discreet = policies.of(state.appId()).preventEnumeration();
        if (!discreet && users.exists(state, email)) {
            throw exists();
        }
        MailedCode code = codes.verifyEmail(state.appId(), email);
        String hash = hasher.hash(state.appId(), password);
        Optional<User> user = users.signUp(state, email, hash, displayName, code);
        if (user.isEmpty() && !discreet) {
            throw exists();
        }
        if (user.isPresent()) {
            mailVerification(state, email, code);
            signIn.signedUp(state, user.get(), new Proof.Password(hash, null));
        } else {
            mail.sendTaken(state, email);
            call.recordByNobody(state, "auth.signup", Audit.Action.CREATE, null, "The address has an account");
        }
        Answers.NewUser shown = user.map(Answers.NewUser::of)
                .orElseGet(() -> new Answers.NewUser(UUID.randomUUID(), email.value(), false, displayName));
        var answer = new Answers.SignedUp(shown, "Account created. A verification code is on its way by e-mail.");
        return RestResponse.status(RestResponse.Status.CREATED, answer);
    }

    /** The account exists by now and works unverified, so a failure here is no failure of signing up. */
    private void mailVerification(AppState app, Email email, MailedCode code) {
        try {
            mail.send(app, email, code);
        } catch (GheeException e) {
            LOG.errorf(e, "Verification mail lost: app=%s", app.appId());
        }
    }

    /** Body of the route that proves an address. */
    public record Verification(
            @Nullable String email, @Nullable String code) {
        @Override
        public String toString() {
            return "Verification[…]";
        }
    }

    @POST
    @Path("verify-email")
    public Answers.Message verifyEmail(String app, @Nullable Verification body) {
        AppState state = call.app(app);
        Email email = AuthCall.email(body == null ? null : body.email());
        String code = AuthCall.required("code", body == null ? null : body.code(), MAX_CODE_LENGTH)
                .strip();
        call.limit(RateLimits.Route.VERIFY_EMAIL, state, email.value());
        CodeStore.Proof proof = codeStore.check(state, email, MailedCode.Purpose.VERIFY_EMAIL, code);
        codeStore.verify(state, proof);
        call.recordByNobody(
                state,
                "auth.email_verified",
                Audit.Action.UPDATE,
                proof.userId().toString(),
                null);
        return new Answers.Message("E-mail address verified");
    }

    /** Body of the request for a reset code. */
    public record Forgotten(
            @Nullable String email,
            @JsonProperty("captcha_token") @Nullable String captchaToken) {}

    /** Answers before it looks whether there is such an account, so that neither words nor time tell. */
    @POST
    @Path("forgot-password")
    public Answers.Message forgotPassword(String app, @Nullable Forgotten body) {
        AppState state = call.app(app);
        Email email = AuthCall.email(body == null ? null : body.email());
        call.limit(RateLimits.Route.FORGOT_PASSWORD, state, email.value());
        call.requirePerson(state, body == null ? null : body.captchaToken());
        background.run("reset code", () -> {
            MailedCode code = codes.resetPassword(state.appId(), email);
            if (codeStore.replaceReset(state, email, code)) {
                mail.send(state, email, code);
            }
        });
        return new Answers.Message("If an account with this address exists, a reset code is on its way by e-mail.");
    }

    /** Either {@code email, code, new_password} or {@code token, newPassword}; names may be mixed. */
    public record Reset(
            @Nullable String email,
            @Nullable String code,
            @Nullable String token,
            @JsonProperty("new_password") @Nullable String newPassword,
            @JsonProperty("newPassword") @Nullable String newPasswordOfSdk) {

        @Nullable
        String secret() {
            return token == null ? code : token;
        }

        @Nullable
        String password() {
            return newPassword == null ? newPasswordOfSdk : newPassword;
        }

        @Override
        public String toString() {
            return "Reset[…]";
        }
    }

    /** The code stays good when the new password is refused. */
    @POST
    @Path("reset-password")
    public Answers.Message resetPassword(String app, @Nullable Reset body) {
        AppState state = call.app(app);
        String secret = AuthCall.required("code", body == null ? null : body.secret(), MAX_CODE_LENGTH)
                .strip();
        String password = AuthCall.required("new_password", body == null ? null : body.password(), Integer.MAX_VALUE);
        String address = body == null ? null : body.email();
        CodeStore.Proof proof;
        if (CodeFactory.isCode(secret)) {
            Email email = AuthCall.email(address);
            call.limit(RateLimits.Route.RESET_PASSWORD, state, email.value());
            rules.require(state, password);
            proof = codeStore.check(state, email, MailedCode.Purpose.RESET_PASSWORD, secret);
        } else {
            call.limit(RateLimits.Route.RESET_PASSWORD, state, null);
            rules.require(state, password);
            proof = codeStore.checkLink(state, secret);
        }
        codeStore.reset(state, proof, hasher.hash(state.appId(), password));
        call.recordByNobody(
                state,
                "auth.password_reset",
                Audit.Action.UPDATE,
                proof.userId().toString(),
                null);
        return new Answers.Message("Password changed");
    }

    private static @Nullable String displayName(@Nullable String sent) {
        String name = sent == null ? "" : sent.strip();
        if (name.codePointCount(0, name.length()) > MAX_DISPLAY_NAME) {
            throw AuthCall.invalidBody("display_name", "Must have at most " + MAX_DISPLAY_NAME + " characters");
        }
        if (name.codePoints().anyMatch(Character::isISOControl)) {
            throw AuthCall.invalidBody("display_name", "Must not contain control characters");
        }
        return name.isEmpty() ? null : name;
    }

    private static GheeException exists() {
        return new GheeException(ErrorCode.RESOURCE_ALREADY_EXISTS, "User already exists");
    }
}
