package dev.ghee.control.auth.mail;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.AuditEvent;
import dev.ghee.control.audit.AuditLog;
import dev.ghee.control.auth.EndUserAuthConfig;
import dev.ghee.control.auth.policy.AuthPolicies;
import dev.ghee.control.auth.policy.SmtpPolicy;
import dev.ghee.control.auth.store.Waiting;
import dev.ghee.control.region.ControlDatabase;
import dev.ghee.errors.GheeException;
import io.quarkus.mailer.Mail;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is in the {@link MailOutbox}, on one virtual thread, for as long as the process lives. A mail is deleted
 * after the mail server has taken it, so a crash in between sends it twice.
 */
@ApplicationScoped
class MailDispatcher {
    private static final Logger LOG = Logger.getLogger(MailDispatcher.class);
    private static final int BATCH = 10;
    private static final Duration SEND_LIMIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int MAX_DOUBLINGS = 20;
    /** Apps whose own servers are talked to at once. */
    private static final int MAX_APPS = 64;

    private final MailOutbox outbox;
    private final ReactiveMailer mailer;
    private final EndUserAuthConfig.Mail config;
    private final AuthPolicies policies;
    private final AppSmtp smtp;
    private final AuditLog auditLog;
    private final Semaphore free = new Semaphore(MAX_APPS);
    private final Semaphore signal = new Semaphore(0);
    private volatile boolean stopping;
    private @Nullable Thread thread;

    MailDispatcher(
            MailOutbox outbox,
            ReactiveMailer mailer,
            EndUserAuthConfig config,
            AuthPolicies policies,
            AppSmtp smtp,
            AuditLog auditLog) {
        this.outbox = outbox;
        this.mailer = mailer;
        this.config = config.mail();
        this.policies = policies;
        this.smtp = smtp;
        this.auditLog = auditLog;
    }

    void start(@Observes @Priority(ControlDatabase.READY + 20) StartupEvent event) {
        thread = Thread.ofVirtual().name("mail").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        signal.release();
        if (thread != null) {
            thread.join(SEND_LIMIT);
        }
    }

    /** There is something to send. */
    void wake() {
        signal.release();
    }

    private void run() {
        while (!stopping) {
            try {
                List<MailOutbox.Due> due = outbox.take(BATCH);
                send(due);
                if (due.isEmpty()) {
                    signal.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
                    signal.drainPermits();
                }
            } catch (GheeException e) {
                LOG.warnf("Mail outbox unavailable, trying again: code=%s", e.code());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(config.poll());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
        }
    }

    /** Apps with a server of their own on threads of their own: theirs may be slow, and nobody else waits for it. */
    private void send(List<MailOutbox.Due> due) {
        Map<AppId, List<MailOutbox.Due>> own = new LinkedHashMap<>();
        for (MailOutbox.Due mail : due) {
            if (policies.of(mail.app()).smtp() == null) {
                deliver(mail, this::sendByPlatform);
            } else {
                own.computeIfAbsent(mail.app(), _ -> new ArrayList<>()).add(mail);
            }
        }
        own.forEach(this::sendByApp);
    }

    private void sendByApp(AppId app, List<MailOutbox.Due> mails) {
        if (!free.tryAcquire()) {
            mails.forEach(mail -> outbox.postpone(mail.id(), config.retry()));
            return;
        }
        Thread.ofVirtual().name("mail-of-app").start(() -> {
            try {
                mails.forEach(mail -> deliver(mail, this::sendByApp));
            } catch (GheeException e) {
                LOG.warnf("Mail outbox unavailable, trying again in a minute: app=%s code=%s", app, e.code());
            } finally {
                free.release();
            }
        });
    }

    private void sendByApp(MailOutbox.Due due) throws MessagingException {
        SmtpPolicy server = policies.of(due.app()).smtp();
        if (server == null) {
            sendByPlatform(due);
        } else {
            smtp.send(due.app(), server, due.message());
        }
    }

    private void sendByPlatform(MailOutbox.Due due) {
        Message message = due.message();
        Mail mail = Mail.withText(message.to(), message.subject(), message.text());
        if (message.html() != null) {
            mail.setHtml(message.html());
        }
        Waiting.on(() -> mailer.send(mail).ifNoItem().after(SEND_LIMIT).fail());
    }

    private interface Delivery {
        void of(MailOutbox.Due due) throws MessagingException;
    }

    private void deliver(MailOutbox.Due due, Delivery delivery) {
        try {
            delivery.of(due);
            outbox.delete(due.id());
        } catch (MessagingException e) {
            postpone(due, e);
            if (due.attempt() == 1) {
                tellApp(due, MailResource.reason(e));
            }
        } catch (GheeException e) {
            postpone(due, e.getCause() == null ? e : e.getCause());
        }
    }

    private void postpone(MailOutbox.Due due, Throwable cause) {
        Duration pause = pauseAfter(due.attempt());
        LOG.warnf(
                "Mail not sent, trying again: app=%s attempt=%d pause=%s cause=%s",
                due.app(), due.attempt(), pause, cause);
        outbox.postpone(due.id(), pause);
    }

    /** Its administrators look into their audit log. Once per mail. */
    private void tellApp(MailOutbox.Due due, String reason) {
        var event = new AuditEvent(
                UUID.randomUUID(),
                due.app(),
                "auth",
                "auth.mail_failed",
                "invoke",
                "mail",
                due.id().toString(),
                "anonymous",
                null,
                null,
                null,
                null,
                false,
                reason,
                null,
                Instant.now());
        Waiting.on(() -> auditLog.record(event));
    }

    private Duration pauseAfter(int attempt) {
        Duration pause = config.retry().multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
