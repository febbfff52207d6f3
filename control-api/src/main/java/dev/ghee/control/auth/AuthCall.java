package dev.ghee.control.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.audit.AuditLog;
import dev.ghee.control.auth.captcha.Captcha;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.session.Client;
import dev.ghee.control.auth.session.SessionStore;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.auth.user.Email;
import dev.ghee.control.auth.user.User;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.service.request.AppGuard;
import dev.ghee.service.request.CurrentRequest;
import dev.ghee.tenancy.caller.Caller;
import dev.ghee.tenancy.directory.AppDirectory;
import jakarta.enterprise.context.RequestScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What the sign-in routes have in common. Waits: call from a virtual thread. */
@RequestScoped
public class AuthCall {
    private static final Logger LOG = Logger.getLogger(AuthCall.class);
    private static final String BYPASS = "x-rate-limit-bypass";
    /** In claim {@code amr} of sessions that administrators start. */
    private static final String IMPERSONATION = "impersonation";

    private static final ObjectReader CLAIMS = new JsonMapper().reader();

    private final AppDirectory apps;
    private final CurrentRequest request;
    private final RateLimits limits;
    private final SessionStore sessions;
    private final Captcha captcha;
    private final Audit audit;
    private final AuditLog auditLog;

    AuthCall(
            AppDirectory apps,
            CurrentRequest request,
            RateLimits limits,
            SessionStore sessions,
            Captcha captcha,
            Audit audit,
            AuditLog auditLog) {
        this.apps = apps;
        this.request = request;
        this.limits = limits;
        this.sessions = sessions;
        this.captcha = captcha;
        this.audit = audit;
        this.auditLog = auditLog;
    }

    /** Fails with 404 when there is no such app, and as {@link AppGuard#requireServing} does. */
    public AppState app(String id) {
        AppState app = Waiting.on(() -> apps.find(id));
        AppGuard.requireServing(app);
        return app;
    }

    /** Fails with 429. */
    public void limit(RateLimits.Route route, AppState app, @Nullable String account) {
        limits.take(route, app.appId(), request.clientAddress(), account, request.header(BYPASS));
    }

    /** Fails with 400 when the app asks for a captcha and this is no good token of its provider, and with 502. */
    public void requirePerson(AppState app, @Nullable String captchaToken) {
        captcha.require(app.appId(), captchaToken, request.clientAddress());
    }

    /** Where the call comes from. */
    public Client client() {
        return Client.of(request.clientAddress(), request.userAgent());
    }

    /** The user is signed in. From here on, guesses made elsewhere do not lock the account for this address. */
    public void signedInFromHere(AppState app, User user) {
        if (!user.email().isEmpty()) {
            limits.signedIn(app.appId(), request.clientAddress(), user.email());
        }
    }

    /** The signed-in user of this app who calls. Fails with 401 for everybody else. */
    public Caller.EndUser endUser(AppState app) {
        return Waiting.on(request::caller) instanceof Caller.EndUser user
                        && user.app().equals(app.appId())
                ? user
                : deny();
    }

    /**
     * The calling user with its session. Fails with 401 also when the account or the session has ended and the token
     * is still alive.
     */
    public SessionStore.Current signedIn(AppState app) {
        Caller.EndUser caller = endUser(app);
        return sessions.current(app, caller.userId(), sessionId(caller)).orElseThrow(AuthCall::denied);
    }

    /**
     * The same, to change what somebody signs in with. Fails with 403 {@code AUTH_FORBIDDEN} for an administrator who
     * acts as the user.
     */
    public SessionStore.Current inPerson(AppState app) {
        SessionStore.Current caller = signedIn(app);
        if (caller.session().amr().contains(IMPERSONATION)) {
            throw new GheeException(ErrorCode.AUTH_FORBIDDEN, "Only the user may change how it signs in");
        }
        return caller;
    }

    private static String sessionId(Caller.EndUser caller) {
        try {
            return CLAIMS.readTree(caller.claimsJson()).path("sid").asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Claims of a verified token are JSON", e);
        }
    }

    /** The app, for its administrators only. Fails with 403, also without a credential, and with 404. */
    public AppState administered(String app) {
        if (Waiting.on(request::caller) instanceof Caller.Anonymous) {
            throw new GheeException(
                    ErrorCode.AUTH_INSUFFICIENT_PERMISSIONS, "Only administrators may see the app's users");
        }
        return Waiting.on(() -> request.administeredReady(app, ErrorCode.RESOURCE_NOT_FOUND))
                .app();
    }

    private static Caller.EndUser deny() {
        throw denied();
    }

    private static GheeException denied() {
        return new GheeException(ErrorCode.AUTH_REQUIRED, "Authentication required");
    }

    /** Records what a user did. Signing in does not fail because this does. */
    public void recordBy(User user, AppState app, String eventType, Audit.Action action, @Nullable String error) {
        recordBy(user, app, eventType, action, Map.of(), error);
    }

    /**
     * The same, with more about it.
     *
     * @param data nothing that is secret
     */
    public void recordBy(
            User user,
            AppState app,
            String eventType,
            Audit.Action action,
            Map<String, ?> data,
            @Nullable String error) {
        var actor = new Caller.EndUser(app.appId(), user.id().toString(), "{}", Instant.MAX);
        record(actor, app, eventType, action, user.id().toString(), data, error);
    }

    /** Records what somebody did who is not known to be anybody. */
    public void recordByNobody(
            AppState app, String eventType, Audit.Action action, @Nullable String userId, @Nullable String error) {
        record(new Caller.Anonymous(), app, eventType, action, userId, Map.of(), error);
    }

    private void record(
            Caller actor,
            AppState app,
            String eventType,
            Audit.Action action,
            @Nullable String userId,
            Map<String, ?> data,
            @Nullable String error) {
        try {
            var event = audit.event(
                    Audit.Category.AUTH, actor, app.appId(), eventType, action, "user", userId, data, error);
            Waiting.on(() -> auditLog.record(event));
        } catch (GheeException e) {
            LOG.errorf(e, "Audit event lost: app=%s event=%s", app.appId(), eventType);
        }
    }

    /** Fails with 400 when the text is no e-mail address. */
    public static Email email(@Nullable String text) {
        return text == null
                ? missing("email")
                : Email.parse(text).orElseThrow(() -> invalidBody("email", "Must be an e-mail address"));
    }

    /** Fails with 400 when there is no text, or more than any honest client sends. */
    public static String required(String field, @Nullable String text, int maxLength) {
        if (text == null || text.isEmpty()) {
            return missing(field);
        }
        if (text.length() > maxLength) {
            throw invalidBody(field, "Must have at most " + maxLength + " characters");
        }
        return text;
    }

    private static <T> T missing(String field) {
        throw invalidBody(field, "Required");
    }

    public static GheeException invalidBody(String field, String message) {
        return new GheeException(ErrorCode.VALIDATION_INVALID_SCHEMA, "Invalid request body")
                .withDetails(List.of(Map.of("path", field, "message", message)));
    }
}
