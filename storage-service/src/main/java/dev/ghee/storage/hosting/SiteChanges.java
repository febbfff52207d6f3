package dev.ghee.storage.hosting;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.SiteChanged;
import dev.ghee.contracts.Topics;
import dev.ghee.tenancy.topic.SharedTopics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Tells every replica, this one included, that an app's site changed. */
@ApplicationScoped
class SiteChanges {
    private static final Logger LOG = Logger.getLogger(SiteChanges.class);

    private final SharedTopics topics;
    private final SiteDirectory directory;

    SiteChanges(SharedTopics topics, SiteDirectory directory) {
        this.topics = topics;
        this.directory = directory;
    }

    /**
     * Forgets at once here, and tells the others; those that Kafka does not reach find out by themselves, see
     * {@link HostingConfig#refresh}. May block for a second, so not for event loops.
     */
    void changed(AppId app) {
        directory.forget(app);
        topics.write(
                        Topics.SITE_CHANGES,
                        app.value(),
                        app.value(),
                        Contracts.write(new SiteChanged(app, Instant.now())))
                .exceptionally(e -> {
                    LOG.warnf("Other replicas are not told of a site's change: app=%s", app);
                    return null;
                });
    }

    void start(@Observes StartupEvent event) {
        // What changed before this process began to listen, it may have read as it was.
        topics.followEvents(Topics.SITE_CHANGES, this::accept).caughtUp().thenRun(directory::forgetAll);
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        try {
            directory.forget(Contracts.read(record.value(), SiteChanged.class).appId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
