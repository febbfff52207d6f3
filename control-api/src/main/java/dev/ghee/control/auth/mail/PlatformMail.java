package dev.ghee.control.auth.mail;

import dev.ghee.contracts.AppId;
import dev.ghee.control.auth.user.Email;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Mail of the platform itself, to people who own apps. Otherwise like an app's mail. */
@ApplicationScoped
public class PlatformMail {
    /** Stands for the platform where mail and hashing are counted per app; no app is given this id. */
    public static final AppId PLATFORM = new AppId("app_000000000000");

    private final MailOutbox outbox;
    private final MailDispatcher dispatcher;

    PlatformMail(MailOutbox outbox, MailDispatcher dispatcher) {
        this.outbox = outbox;
        this.dispatcher = dispatcher;
    }

    /**
     * Returns when the mail is stored; it is sent in the background. Waits: call from a virtual thread.
     *
     * @param worthFor after this time it is not worth sending any more
     */
    public void send(Email to, String subject, String text, Duration worthFor) {
        outbox.insert(PLATFORM, new Message(to.value(), subject, text), worthFor);
        dispatcher.wake();
    }
}
