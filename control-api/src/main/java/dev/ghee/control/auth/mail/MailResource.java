package dev.ghee.control.auth.mail;

import dev.ghee.contracts.AppState;
import dev.ghee.control.audit.Audit;
import dev.ghee.control.auth.limit.RateLimits;
import dev.ghee.control.auth.policy.AuthPolicies;
import dev.ghee.control.auth.policy.SmtpPolicy;
import dev.ghee.control.auth.user.AdminCall;
import dev.ghee.control.auth.user.Email;
import dev.ghee.errors.ErrorCode;
import dev.ghee.errors.GheeException;
import dev.ghee.outbound.RefusedAddressException;
import dev.ghee.service.request.CurrentRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.mail.MessagingException;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An app's mail server and the words of its mails, for its administrators. */
@Path("/v1/{app}/config/mail")
@RunOnVirtualThread
public class MailResource {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern SECRET = Pattern.compile("[\\x20-\\x7e]{1,256}");
    private static final int MAX_PORT = 65_535;

    private final AdminCall call;
    private final CurrentRequest request;
    private final RateLimits limits;
    private final AuthPolicies policies;
    private final MailTemplates templates;
    private final MailRenderer renderer;
    private final AppSmtp smtp;

    MailResource(
            AdminCall call,
            CurrentRequest request,
            RateLimits limits,
            AuthPolicies policies,
            MailTemplates templates,
            MailRenderer renderer,
            AppSmtp smtp) {
        this.call = call;
        this.request = request;
        this.limits = limits;
        this.policies = policies;
        this.templates = templates;
        this.renderer = renderer;
        this.smtp = smtp;
    }

    /** The mail server without its password, or null; templates by purpose. */
    public record View(@Nullable Server smtp, Map<String, Template> templates) {}

    /** A mail server as it may be shown. */
    public record Server(
            String host,
            int port,
            SmtpPolicy.Security security,
            @Nullable String username,
            String from) {
        static Server of(SmtpPolicy policy) {
            return new Server(policy.host(), policy.port(), policy.security(), policy.username(), policy.from());
        }
    }

    /** A mail in the app's own words. */
    public record Template(
            @Nullable String subject,
            @Nullable String text,
            @Nullable String html) {}

    /** A mail server; the password is needed with a user name. */
    public record NewServer(
            @Nullable String host,
            @Nullable Integer port,
            SmtpPolicy.@Nullable Security security,
            @Nullable String username,
            @Nullable String password,
            @Nullable String from) {
        @Override
        public String toString() {
            return "NewServer[…]";
        }
    }

    /** Who gets the test mail. */
    public record Test(@Nullable String to) {}

    /** What happened, in words for people. */
    public record Done(String message) {}

    @GET
    public View get(String app) {
        AppState state = call.app(app);
        SmtpPolicy server = policies.of(state.appId()).smtp();
        Map<String, Template> own = new TreeMap<>();
        templates
                .of(state.appId())
                .forEach(
                        (purpose, it) -> own.put(purpose.wireName(), new Template(it.subject(), it.text(), it.html())));
        return new View(server == null ? null : Server.of(server), own);
    }

    @PUT
    @Path("smtp")
    public Server setServer(String app, @Nullable NewServer body) {
        AppState state = call.app(app);
        SmtpPolicy server = checked(state, body);
        policies.setSmtp(state.appId(), server);
        record(state, "config.smtp_updated", Audit.Action.UPDATE, Map.of("host", server.host(), "port", server.port()));
        return Server.of(server);
    }

    @DELETE
    @Path("smtp")
    public Done removeServer(String app) {
        AppState state = call.app(app);
        policies.setSmtp(state.appId(), null);
        record(state, "config.smtp_removed", Audit.Action.DELETE, Map.of());
        return new Done("Mail goes through the platform's server again");
    }

    /** Sends a mail at once, without the outbox. Fails with 400 without a server, and with 502 saying what went wrong. */
    @POST
    @Path("test")
    public Done test(String app, @Nullable Test body) {
        AppState state = call.app(app);
        Email to = Email.parse(body == null || body.to() == null ? "" : body.to())
                .orElseThrow(() -> AdminCall.invalidBody("to", "Must be an e-mail address"));
        SmtpPolicy server = policies.of(state.appId()).smtp();
        if (server == null) {
            throw new GheeException(ErrorCode.STATE_PREREQUISITE_MISSING, "Set a mail server first");
        }
        limits.take(
                RateLimits.Route.TEST_MAIL,
                state.appId(),
                request.clientAddress(),
                state.appId().value(),
                null);
        String text = "This mail was sent to test the mail server of " + state.name() + ". It works.\n";
        try {
            smtp.send(state.appId(), server, new Message(to.value(), "Test mail of " + state.name(), text, null));
        } catch (MessagingException e) {
            record(state, "auth.mail_tested", Audit.Action.INVOKE, Map.of("failed", true));
            throw new GheeException(ErrorCode.EXTERNAL_NETWORK_ERROR, "The mail server failed: " + reason(e), e);
        }
        record(state, "auth.mail_tested", Audit.Action.INVOKE, Map.of("failed", false));
        return new Done("Sent");
    }

    /** In our own words: what a server in our network says is nobody's business. */
    static String reason(MessagingException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedAddressException) {
                return "its host has no public address";
            }
            if (cause instanceof jakarta.mail.AuthenticationFailedException) {
                return "it refused the user name or password";
            }
            if (cause instanceof jakarta.mail.SendFailedException) {
                return "it refused the sender or the recipient";
            }
        }
        return "no connection, no TLS or no answer in time";
    }

    @PUT
    @Path("templates/{purpose}")
    public Template setTemplate(String app, String purpose, @Nullable Template body) {
        AppState state = call.app(app);
        MailPurpose known = purpose(purpose);
        if (body == null || body.subject() == null || body.text() == null) {
            throw AdminCall.invalidBody("subject, text", "Required");
        }
        var template = new MailTemplate(body.subject(), body.text(), body.html());
        renderer.problem(template, known).ifPresent(problem -> {
            throw AdminCall.invalidBody(problem.part(), problem.message());
        });
        templates.put(state.appId(), known, template);
        record(state, "config.mail_template_updated", Audit.Action.UPDATE, Map.of("purpose", known.wireName()));
        return body;
    }

    @DELETE
    @Path("templates/{purpose}")
    public Done removeTemplate(String app, String purpose) {
        AppState state = call.app(app);
        MailPurpose known = purpose(purpose);
        templates.delete(state.appId(), known);
        record(state, "config.mail_template_removed", Audit.Action.DELETE, Map.of("purpose", known.wireName()));
        return new Done("This mail is in the platform's words again");
    }

    private static MailPurpose purpose(String name) {
        return MailPurpose.named(name)
                .orElseThrow(() -> new GheeException(ErrorCode.RESOURCE_NOT_FOUND, "No mail has this purpose"));
    }

    private void record(AppState app, String event, Audit.Action action, Map<String, ?> data) {
        call.record(app, event, action, "app_config", app.appId().value(), data);
    }

    private SmtpPolicy checked(AppState app, @Nullable NewServer sent) {
        if (sent == null || sent.host() == null || !HOST.matcher(sent.host()).matches()) {
            throw AdminCall.invalidBody("host", "Must be the name of a host");
        }
        if (sent.port() == null || sent.port() < 1 || sent.port() > MAX_PORT) {
            throw AdminCall.invalidBody("port", "Must be from 1 to " + MAX_PORT);
        }
        SmtpPolicy.Security security = sent.security() == null ? SmtpPolicy.Security.STARTTLS : sent.security();
        String from = Email.parse(sent.from() == null ? "" : sent.from())
                .orElseThrow(() -> AdminCall.invalidBody("from", "Must be an e-mail address"))
                .value();
        String username = sent.username();
        String password = sent.password();
        if (username == null) {
            return new SmtpPolicy(sent.host(), sent.port(), security, null, null, from);
        }
        if (security == SmtpPolicy.Security.NONE) {
            throw AdminCall.invalidBody("security", "A password must not travel in the clear: use starttls or tls");
        }
        if (!SECRET.matcher(username).matches()
                || password == null
                || !SECRET.matcher(password).matches()) {
            throw AdminCall.invalidBody("password", "A user name needs a password, both of at most 256 characters");
        }
        return new SmtpPolicy(sent.host(), sent.port(), security, username, smtp.seal(app.appId(), password), from);
    }
}
