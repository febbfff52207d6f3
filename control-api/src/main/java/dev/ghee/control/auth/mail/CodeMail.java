package dev.ghee.control.auth.mail;

import dev.ghee.contracts.AppState;
import dev.ghee.control.auth.code.MailedCode;
import dev.ghee.control.auth.user.Email;
import io.quarkus.qute.TemplateException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** Mails that carry a one-time code. Once accepted here, a mail survives a crash and an absent mail server. */
@ApplicationScoped
public class CodeMail {
    private static final Logger LOG = Logger.getLogger(CodeMail.class);
    private static final Duration NOTICE_LIFE = Duration.ofHours(24);

    private final MailOutbox outbox;
    private final MailDispatcher dispatcher;
    private final MailTemplates templates;
    private final MailRenderer renderer;

    CodeMail(MailOutbox outbox, MailDispatcher dispatcher, MailTemplates templates, MailRenderer renderer) {
        this.outbox = outbox;
        this.dispatcher = dispatcher;
        this.templates = templates;
        this.renderer = renderer;
    }

    /** Returns when the mail is stored; it is sent in the background. Waits: call from a virtual thread. */
    public void send(AppState app, Email to, MailedCode code) {
        Message ours = message(app, to, code);
        Map<String, String> values = new HashMap<>();
        values.put("app", app.name());
        values.put("email", to.value());
        values.put("code", code.code());
        values.put("expires", words(code.ttl()));
        String link = code.link() == null ? "" : code.link();
        values.put(code.purpose() == MailedCode.Purpose.MAGIC_LINK ? "link" : "token", link);
        outbox.insert(app.appId(), inOwnWords(app, MailPurpose.of(code.purpose()), values, ours), code.ttl());
        dispatcher.wake();
    }

    /** Tells the owner of an address that somebody tried to sign up with it. */
    public void sendTaken(AppState app, Email to) {
        var message =
                new Message(to.value(), "You already have an account with " + app.name(), """
                Somebody, perhaps you, tried to sign up for %s with this address. It has an account
                already: sign in, or reset your password.

                If it was not you, there is nothing to do: nobody was told that the account exists.
                """.formatted(app.name()));
        var values = Map.of("app", app.name(), "email", to.value());
        outbox.insert(app.appId(), inOwnWords(app, MailPurpose.ALREADY_REGISTERED, values, message), NOTICE_LIFE);
        dispatcher.wake();
    }

    /** In the app's words, or in ours. A template that was checked when it was saved does not fail, and loses no code. */
    private Message inOwnWords(AppState app, MailPurpose purpose, Map<String, String> values, Message ours) {
        MailTemplate template = templates.of(app.appId()).get(purpose);
        if (template == null) {
            return ours;
        }
        try {
            return renderer.render(template, ours.to(), values);
        } catch (TemplateException e) {
            LOG.warnf("Mail template failed: app=%s purpose=%s cause=%s", app.appId(), purpose, e.getMessage());
            return ours;
        }
    }

    private static Message message(AppState app, Email to, MailedCode code) {
        return switch (code.purpose()) {
            case VERIFY_EMAIL ->
                new Message(to.value(), "Verify your e-mail address for " + app.name(), """
                        Your verification code for %s:

                        Code: %s

                        It works once, for %s. If you did not sign up, ignore this mail.
                        """.formatted(
                                app.name(), code.code(), words(code.ttl())));
            case RESET_PASSWORD ->
                new Message(to.value(), "Reset your password for " + app.name(), """
                        Your code to set a new password for %s:

                        Code: %s

                        Where the app asks for a reset token instead of a code:

                        Token: %s

                        Either works once, for %s. If you did not ask for it, ignore this mail: your password
                        stays as it is.
                        """.formatted(
                                app.name(), code.code(), code.link(), words(code.ttl())));
            case MAGIC_LINK ->
                new Message(to.value(), "Sign in to " + app.name(), """
                        Your sign-in code for %s:

                        Code: %s
                        %s
                        It works once, for %s. If you did not ask for it, ignore this mail: nobody is signed in
                        without the code.
                        """.formatted(
                                app.name(),
                                code.code(),
                                code.link() == null ? "" : "\nOr open this link:\n\n" + code.link() + "\n",
                                words(code.ttl())));
            case UPGRADE_ACCOUNT ->
                new Message(to.value(), "Confirm your e-mail address for " + app.name(), """
                        Your code to keep your account of %s with this address:

                        Code: %s

                        It works once, for %s. If you did not ask for it, ignore this mail.
                        """.formatted(
                                app.name(), code.code(), words(code.ttl())));
        };
    }

    private static String words(Duration time) {
        if (time.toMinutes() < 120) {
            return time.toMinutes() + " minutes";
        }
        return time.toHours() + " hours";
    }
}
