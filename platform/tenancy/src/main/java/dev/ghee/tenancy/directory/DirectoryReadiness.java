package dev.ghee.tenancy.directory;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready until the state topics have been read: before that, every app would look unknown. */
@Readiness
@ApplicationScoped
class DirectoryReadiness implements HealthCheck {
    private final TopicReader reader;

    DirectoryReadiness(TopicReader reader) {
        this.reader = reader;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("directories")
                .status(reader.caughtUp())
                .build();
    }
}
