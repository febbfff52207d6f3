package dev.ghee.control.domain;

import dev.ghee.control.region.ControlDatabase;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Checks names on its own: claimed ones until they are proved, held ones for as long as they are held. */
@ApplicationScoped
class DomainSweep {
    private static final Logger LOG = Logger.getLogger(DomainSweep.class);
    private static final int AT_ONCE = 20;

    private final CustomDomains domains;
    private final DomainConfig config;
    private @Nullable Thread thread;

    DomainSweep(CustomDomains domains, DomainConfig config) {
        this.domains = domains;
        this.config = config;
    }

    void start(@Observes @Priority(ControlDatabase.READY + 40) StartupEvent event) {
        thread = Thread.ofVirtual().name("domain-sweep").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(config.sweepEvery());
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep() {
        try {
            while (domains.checkDue(AT_ONCE) == AT_ONCE) {
                LOG.debug("More domains are due");
            }
        } catch (RuntimeException e) {
            LOG.warnf("Checking domains failed, trying again: cause=%s", e);
        }
    }
}
