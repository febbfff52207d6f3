package dev.ghee.control.auth.signin;

import dev.ghee.contracts.AppState;
import dev.ghee.control.app.AppStates;
import dev.ghee.control.app.JwtSettings;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.Answers;
import dev.ghee.control.auth.AuthCall;
import dev.ghee.control.auth.hook.AuthEvents;
import dev.ghee.control.auth.session.Client;
import dev.ghee.control.auth.session.Session;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.session.SessionStore.Exchange;
import dev.ghee.control.auth.session.SessionStore.Granted;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.token.AccessTokens;
import dev.ghee.control.auth.user.User;
import dev.ghee.control.auth.user.UserStore;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one way into a session, whatever proved the person: password, mailed code, another provider, passkey. Whatever
 * holds for every sign-in is here. Waits: call from a virtual thread, during a request.
 */
@ApplicationScoped
public class SignIn {
    private final AppStates apps;
    private final SessionStore sessions;
    private final UserStore users;
    private final AccessTokens tokens;
    private final AuthCall call;
    private final SecondFactors factors;
    private final ChallengeStore challenges;
    private final AuthEvents events;

    SignIn(
            AppStates apps,
            SessionStore sessions,
            UserStore users,
            AccessTokens tokens,
            AuthCall call,
            SecondFactors factors,
            ChallengeStore challenges,
            AuthEvents events) {
        this.apps = apps;
        this.sessions = sessions;
        this.users = users;
        this.tokens = tokens;
        this.call = call;
        this.factors = factors;
        this.challenges = challenges;
        this.events = events;
    }

    /** What came of proving who one is. */
    public sealed interface Outcome {
        /** As the client is told. */
        Answers.SigningIn answer();

        /** The user is signed in. */
        record Session(Answers.Session answer) implements Outcome {}

        /** The user is signed in once a second factor is shown for the challenge. */
        record SecondFactorDue(Answers.SecondFactorDue answer) implements Outcome {}
    }

    /**
     * Ends in a session, or in a challenge when a second factor is due. Fails with 401 {@code AUTH_INVALID_TOKEN} when
     * the user has gone or the checked password is no longer the stored one, and with 403 {@code AUTH_FORBIDDEN} when
     * the account is suspended.
     */
    public Outcome complete(AppState app, UUID userId, Proof proof, Client client) {
        List<String> due = proof.asksForSecondFactor() ? factors.of(app, userId) : List.of();
        if (!due.isEmpty()) {
            String token = challenges.open(app, userId, proof);
            return new Outcome.SecondFactorDue(
                    new Answers.SecondFactorDue(true, true, token, ChallengeStore.TTL.toSeconds(), due));
        }
        return new Outcome.Session(start(app, userId, proof, client));
    }

    /**
     * The user who owes a second factor for this challenge. Fails with 401 {@code AUTH_INVALID_TOKEN} when there is no
     * such challenge, or it was answered, or is too old.
     */
    public UUID challenged(AppState app, String challengeToken) {
        return challenges
                .find(app, challengeToken)
                .map(ChallengeStore.Challenge::userId)
                .orElseThrow(SignIn::challengeExpired);
    }

    /**
     * Ends a sign-in whose second factor was shown. Fails like {@link #challenged}.
     *
     * @param method what the second factor was, such as {@code otp}
     */
    public Answers.Session answerChallenge(AppState app, String challengeToken, String method, Client client) {
        ChallengeStore.Challenge challenge = challenges.use(app, challengeToken).orElseThrow(SignIn::challengeExpired);
        var proof = new Proof.TwoFactors(challenge.method(), method, challenge.checkedHash(), challenge.renewedHash());
        return start(app, challenge.userId(), proof, client);
    }

    /**
     * Raises the caller's session after a second factor was shown; its refresh token stays as it is. Fails with 401
     * {@code AUTH_REQUIRED} when the session has ended.
     */
    public Answers.SteppedUp stepUp(AppState app, SessionStore.Current caller, String method) {
        JwtSettings settings = settings(app);
        Session raised = sessions.raise(app, caller, method, Proof.MULTI_FACTOR)
                .orElseThrow(() -> new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required"));
        call.recordBy(
                caller.user(), app, "auth.stepped_up", Audit.Action.UPDATE, Map.of("second_factor", method), null);
        return new Answers.SteppedUp(
                tokens.issue(app, caller.user(), raised, settings.accessTokenLifetime()),
                settings.accessTokenLifetime().toSeconds(),
                "Bearer",
                Answers.SignedIn.of(caller.user()));
    }

    private Answers.Session start(AppState app, UUID userId, Proof proof, Client client) {
        JwtSettings settings = settings(app);
        var wanted = new SessionStore.Start(
                userId, proof.checkedHash(), proof.renewedHash(), proof.amr(), proof.assurance(), client);
        Granted granted =
                sessions.start(app, wanted, settings.refreshTokenLifetime()).orElseThrow(() -> notStarted(app, userId));
        Answers.Session answer = answer(app, granted, settings);
        if (!(proof instanceof Proof.Impersonation)) {
            call.signedInFromHere(app, granted.user());
        }
        call.recordBy(granted.user(), app, "auth.login", Audit.Action.CREATE, data(proof), null);
        tellHook(app, granted.user(), proof);
        return answer;
    }

    /** Exchanges a refresh token; what was proved at sign-in stays. Fails with 401 {@code AUTH_INVALID_TOKEN}. */
    public Answers.Session refresh(AppState app, String refreshToken, Client client) {
        JwtSettings settings = settings(app);
        return switch (sessions.rotate(app, refreshToken, settings.refreshTokenLifetime(), client)) {
            case Granted granted -> answer(app, granted, settings);
            case Exchange.Refused _ -> throw invalidRefreshToken();
            case Exchange.Replayed replayed -> {
                call.recordByNobody(
                        app,
                        "auth.refresh_token_reuse",
                        Audit.Action.INVOKE,
                        replayed.user().id().toString(),
                        "Refresh token used twice; session ended");
                throw invalidRefreshToken();
            }
        };
    }

    /**
     * Records a sign-in that failed, and gives the error to throw: it says nothing of why.
     *
     * @param userId whose account it was, or null when there is none
     */
    public GheeException refused(AppState app, @Nullable UUID userId) {
        String user = userId == null ? null : userId.toString();
        call.recordByNobody(app, "auth.login", Audit.Action.CREATE, user, "Invalid credentials");
        return new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "Invalid credentials");
    }

    /** Whoever gets here has shown to be the user, and may know of the ban. */
    private GheeException notStarted(AppState app, UUID userId) {
        if (!users.banned(app, userId)) {
            return refused(app, userId);
        }
        call.recordByNobody(app, "auth.login", Audit.Action.CREATE, userId.toString(), "Account suspended");
        return new GheeException(ErrorCode.AUTH_FORBIDDEN, "This account is suspended");
    }

    /**
     * Records a new account. To be called once it is there.
     *
     * @param proof how its user will sign in
     */
    public void signedUp(AppState app, User user, Proof proof) {
        call.recordBy(user, app, "auth.signup", Audit.Action.CREATE, data(proof), null);
        if (proof instanceof Proof.Password) {
            // The other ways sign their new user in at once, and tell of that.
            events.tell(app, user, AuthEvents.Kind.SIGNUP, "email", true);
        }
    }

    /** An administrator who acts as a user is not that user signing in. */
    private void tellHook(AppState app, User user, Proof proof) {
        switch (proof) {
            case Proof.Password _ -> events.tell(app, user, AuthEvents.Kind.LOGIN, "email", false);
            case Proof.MailedCode _ -> events.tell(app, user, AuthEvents.Kind.MAGIC_LINK_LOGIN, "email", false);
            case Proof.OAuth(String provider, boolean newUser) ->
                events.tell(app, user, AuthEvents.Kind.OAUTH_LOGIN, provider, newUser);
            case Proof.Passkey _ -> events.tell(app, user, AuthEvents.Kind.PASSKEY_LOGIN, "email", false);
            case Proof.Anonymous _ -> events.tell(app, user, AuthEvents.Kind.ANONYMOUS_LOGIN, "anonymous", true);
            case Proof.TwoFactors both -> events.tell(app, user, kind(both.method()), provider(both, user), false);
            case Proof.Impersonation _ -> {}
        }
    }

    /** By the first factor: the second one is no way in of its own. */
    private static AuthEvents.Kind kind(String first) {
        return switch (first) {
            case "mail" -> AuthEvents.Kind.MAGIC_LINK_LOGIN;
            case "oauth" -> AuthEvents.Kind.OAUTH_LOGIN;
            case "passkey" -> AuthEvents.Kind.PASSKEY_LOGIN;
            default -> AuthEvents.Kind.LOGIN;
        };
    }

    /** Which provider it was is not kept with a challenge: the one of the account stands for it. */
    private static String provider(Proof.TwoFactors both, User user) {
        return both.method().equals("oauth") ? user.provider() : "email";
    }

    private static Map<String, String> data(Proof proof) {
        return switch (proof) {
            case Proof.OAuth oauth -> Map.of("method", oauth.method(), "provider", oauth.provider());
            case Proof.Impersonation by -> Map.of("method", by.method(), "administrator", by.administrator());
            case Proof.TwoFactors two -> Map.of("method", two.method(), "second_factor", two.second());
            case Proof.Password _, Proof.MailedCode _, Proof.Passkey _, Proof.Anonymous _ ->
                Map.of("method", proof.method());
        };
    }

    private JwtSettings settings(AppState app) {
        return Waiting.on(() -> apps.jwtSettings(app.appId()));
    }

    private Answers.Session answer(AppState app, Granted granted, JwtSettings settings) {
        String access = tokens.issue(app, granted.user(), granted.session(), settings.accessTokenLifetime());
        return new Answers.Session(
                access,
                granted.refreshToken(),
                settings.accessTokenLifetime().toSeconds(),
                "Bearer",
                Answers.SignedIn.of(granted.user()));
    }

    private static GheeException challengeExpired() {
        return new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "The challenge has expired; sign in again");
    }

    private static GheeException invalidRefreshToken() {
        return new GheeException(ErrorCode.AUTH_INVALID_TOKEN, "Invalid or expired refresh token");
    }
}
