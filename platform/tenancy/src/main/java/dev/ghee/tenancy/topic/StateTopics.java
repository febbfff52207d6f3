package dev.ghee.tenancy.topic;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Topics, made by whoever needs them first. */
@ApplicationScoped
public class StateTopics {
    private final String bootstrapServers;

    public StateTopics(@ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Makes compacted topics. Blocking. Fails with the broker's error when it is away. */
    public void createMissing(Collection<String> topics) throws ExecutionException, InterruptedException {
        createMissing(topics, TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    /** Makes topics of events, which the broker forgets after its usual time. Otherwise the same. */
    public void createMissingLogs(Collection<String> topics) throws ExecutionException, InterruptedException {
        createMissing(topics, TopicConfig.CLEANUP_POLICY_DELETE);
    }

    private void createMissing(Collection<String> topics, String cleanUp)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            var existing = admin.listTopics().names().get();
            for (String topic : topics) {
                if (!existing.contains(topic)) {
                    create(admin, topic, cleanUp);
                }
            }
        }
    }

    private static void create(Admin admin, String topic, String cleanUp)
            throws ExecutionException, InterruptedException {
        var wanted = new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanUp));
        try {
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
