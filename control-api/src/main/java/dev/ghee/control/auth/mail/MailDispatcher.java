package dev.ghee.control.auth.mail;

import dev.ghee.control.auth.EndUserAuthConfig;
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
import java.time.Duration;
import java.util.List;
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

    private final MailOutbox outbox;
    private final ReactiveMailer mailer;
    private final EndUserAuthConfig.Mail config;
    private final Semaphore signal = new Semaphore(0);
    private volatile boolean stopping;
    private @Nullable Thread thread;

    MailDispatcher(MailOutbox outbox, ReactiveMailer mailer, EndUserAuthConfig config) {
        this.outbox = outbox;
        this.mailer = mailer;
        this.config = config.mail();
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
                due.forEach(this::send);
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

    private void send(MailOutbox.Due due) {
        try {
            var message = due.message();
            Waiting.on(() -> mailer.send(Mail.withText(message.to(), message.subject(), message.text()))
                    .ifNoItem()
                    .after(SEND_LIMIT)
                    .fail());
            outbox.delete(due.id());
        } catch (GheeException e) {
            Duration pause = pauseAfter(due.attempt());
            LOG.warnf(
                    "Mail not sent, trying again: app=%s attempt=%d pause=%s cause=%s",
                    due.app(), due.attempt(), pause, e.getCause() == null ? e.code() : e.getCause());
            outbox.postpone(due.id(), pause);
        }
    }

    private Duration pauseAfter(int attempt) {
        Duration pause = config.retry().multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
