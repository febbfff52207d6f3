package dev.ghee.control.auth.factor;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.factor.TotpFactors.Shown;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.signin.SignIn;
import dev.ghee.errors.GheeException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A user's second factor: setting it up, signing in with it, taking it away. */
@Path("/auth/{app}/mfa")
@RunOnVirtualThread
public class MfaResource {
    private static final int MAX_TEXT = 256;

    private final AuthCall call;
    private final SignIn signIn;
    private final TotpFactors factors;

    MfaResource(AuthCall call, SignIn signIn, TotpFactors factors) {
        this.call = call;
        this.signIn = signIn;
        this.factors = factors;
    }

    /** What the caller has set up. */
    public record Status(
            boolean totp,
            @JsonProperty("recovery_codes_left") int recoveryCodesLeft,
            String aal) {}

    @GET
    public Status status(String app) {
        AppState state = call.app(app);
        SessionStore.Current caller = call.signedIn(state);
        TotpStore.Status status = factors.status(state, caller.user().id());
        return new Status(
                status.confirmed(),
                status.recoveryCodes(),
                caller.session().assurance().claim());
    }

    /** Answer to enrolment: for people who type, and as a URL for a QR code. */
    public record Enrolled(
            boolean success,
            String secret,
            @JsonProperty("otpauth_url") String otpauthUrl) {
        @Override
        public String toString() {
            return "Enrolled[…]";
        }
    }

    /** Nothing changes for sign-in until a code has confirmed that the app works. */
    @POST
    @Path("enroll")
    public Enrolled enrol(String app) {
        AppState state = call.app(app);
        SessionStore.Current caller = limited(state);
        TotpFactors.Pending pending = factors.enrol(state, caller.user());
        return new Enrolled(true, pending.secret(), pending.url());
    }

    /** Body with a code of the authenticator app, or with a recovery code. */
    public record Shows(
            @Nullable String code,
            @JsonProperty("recovery_code") @Nullable String recoveryCode) {

        Shown shown() {
            return recoveryCode == null
                    ? new Shown.Code(AuthCall.required("code", code, MAX_TEXT))
                    : new Shown.Recovery(AuthCall.required("recovery_code", recoveryCode, MAX_TEXT));
        }

        @Override
        public String toString() {
            return "Shows[…]";
        }
    }

    /** Recovery codes, shown this once. */
    public record Recovery(
            boolean success, @JsonProperty("recovery_codes") List<String> recoveryCodes) {
        @Override
        public String toString() {
            return "Recovery[…]";
        }
    }

    /** Recovery codes, shown this once, and a token that says what the session has shown by now. */
    public record Confirmed(
            boolean success,
            @JsonProperty("recovery_codes") List<String> recoveryCodes,
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("expires_in") long expiresIn,
            @JsonProperty("token_type") String tokenType) {
        @Override
        public String toString() {
            return "Confirmed[…]";
        }
    }

    /** Whoever confirms has shown both factors. */
    @POST
    @Path("enroll/confirm")
    public Confirmed confirm(String app, @Nullable Shows body) {
        AppState state = call.app(app);
        String code = AuthCall.required("code", body == null ? null : body.code(), MAX_TEXT);
        SessionStore.Current caller = limited(state);
        List<String> codes = factors.confirm(state, caller.user().id(), code);
        call.recordBy(caller.user(), state, "auth.mfa_enabled", Audit.Action.ENABLE, null);
        Answers.SteppedUp raised = signIn.stepUp(state, caller, TotpFactors.OTP);
        return new Confirmed(true, codes, raised.accessToken(), raised.expiresIn(), raised.tokenType());
    }

    /** Body of the second half of a sign-in. */
    public record Answer(
            @JsonProperty("challenge_token") @Nullable String challengeToken,
            @Nullable String code,
            @JsonProperty("recovery_code") @Nullable String recoveryCode) {

        @Override
        public String toString() {
            return "Answer[…]";
        }
    }

    /** A wrong code leaves the challenge good for the next one. */
    @POST
    @Path("challenge")
    public Answers.Session challenge(String app, @Nullable Answer body) {
        AppState state = call.app(app);
        String token = AuthCall.required("challenge_token", body == null ? null : body.challengeToken(), MAX_TEXT);
        Shown shown = new Shows(body == null ? null : body.code(), body == null ? null : body.recoveryCode()).shown();
        call.limit(RateLimits.Route.FACTOR, state, null);
        UUID userId = signIn.challenged(state, token);
        String method = checked(state, userId, shown);
        return signIn.answerChallenge(state, token, method, call.client());
    }

    /** Raises the caller's session; the answer's access token says so at once, refreshed ones too. */
    @POST
    @Path("verify")
    public Answers.SteppedUp verify(String app, @Nullable Shows body) {
        AppState state = call.app(app);
        Shown shown = shown(body);
        SessionStore.Current caller = limited(state);
        String method = checked(state, caller.user().id(), shown);
        return signIn.stepUp(state, caller, method);
    }

    /** Answer to taking the factor away. */
    public record Disabled(boolean success) {}

    @POST
    @Path("disable")
    public Disabled disable(String app, @Nullable Shows body) {
        AppState state = call.app(app);
        Shown shown = shown(body);
        SessionStore.Current caller = limited(state);
        checked(state, caller.user().id(), shown);
        factors.remove(state, caller.user().id());
        call.recordBy(caller.user(), state, "auth.mfa_disabled", Audit.Action.DISABLE, null);
        return new Disabled(true);
    }

    /** Replaces all recovery codes. */
    @POST
    @Path("recovery-codes")
    public Recovery renew(String app, @Nullable Shows body) {
        AppState state = call.app(app);
        Shown shown = shown(body);
        SessionStore.Current caller = limited(state);
        checked(state, caller.user().id(), shown);
        List<String> codes = factors.renewRecoveryCodes(state, caller.user().id());
        call.recordBy(caller.user(), state, "auth.recovery_codes_renewed", Audit.Action.UPDATE, null);
        return new Recovery(true, codes);
    }

    private static Shown shown(@Nullable Shows body) {
        return (body == null ? new Shows(null, null) : body).shown();
    }

    private SessionStore.Current limited(AppState state) {
        SessionStore.Current caller = call.inPerson(state);
        call.limit(RateLimits.Route.FACTOR, state, caller.user().id().toString());
        return caller;
    }

    private String checked(AppState state, UUID userId, Shown shown) {
        try {
            return factors.check(state, userId, shown);
        } catch (GheeException e) {
            call.recordByNobody(
                    state, "auth.mfa_failed", Audit.Action.INVOKE, userId.toString(), "Second factor refused");
            throw e;
        }
    }
}
