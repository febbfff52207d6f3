package dev.ghee.functions.function;

import dev.ghee.contracts.AppId;
import dev.ghee.contracts.Contracts;
import dev.ghee.contracts.FunctionsChanged;
import dev.ghee.contracts.Topics;
import dev.ghee.functions.audit.EventWriter;
import dev.ghee.tenancy.topic.SharedTopics;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Tells every replica, this one included, that an app's functions changed. */
@ApplicationScoped
class FunctionChanges {
    private final SharedTopics topics;
    private final EventWriter events;
    private final FunctionDirectory directory;

    FunctionChanges(SharedTopics topics, EventWriter events, FunctionDirectory directory) {
        this.topics = topics;
        this.events = events;
        this.directory = directory;
    }

    /** Forgets at once here; completes when Kafka has the word for the others. Not for event loops. */
    CompletableFuture<Void> changed(AppId app) {
        directory.forget(app);
        return events.write(Topics.FUNCTION_CHANGES, app, new FunctionsChanged(app, Instant.now()));
    }

    void start(@Observes StartupEvent event) {
        // What changed before this process began to listen, it may have read as it was.
        topics.followEvents(Topics.FUNCTION_CHANGES, this::accept).caughtUp().thenRun(directory::forgetAll);
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        try {
            directory.forget(
                    Contracts.read(record.value(), FunctionsChanged.class).appId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
